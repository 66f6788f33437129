//! HTTP: our own GraphQL endpoint, health, and the pages.
