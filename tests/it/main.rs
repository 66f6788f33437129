//! Integration tests with a database or HTTP, in one binary.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod access_report;
mod administration;
mod architecture;
mod assignments;
mod audit;
mod calls;
mod cli;
mod conformance;
mod connections;
mod constraints;
mod contract;
mod cookies;
mod decisions;
mod demo;
mod deploy;
mod documents;
mod generated;
mod hardening;
mod identity;
mod input;
mod keys;
mod migrations;
mod module_order;
mod outages;
mod pages;
mod permissions;
mod plans;
mod policies;
mod policy_documents;
mod raw;
mod real_data;
mod response_time;
mod roles;
mod saturation;
mod sdl;
mod security;
mod sessions;
mod sql;
mod users;
