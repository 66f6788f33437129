//! Everything with a database or HTTP, in one binary.

mod access;
mod administration;
mod architecture;
mod assignments;
mod audit;
mod calls;
mod cli;
mod constraints;
mod contract;
mod cookies;
mod decisions;
mod documents;
mod generated;
mod hardening;
mod identity;
mod input;
mod migrations;
mod outages;
mod permissions;
mod raw;
mod real_data;
mod roles;
mod sdl;
mod sessions;
mod sql;
mod users;
