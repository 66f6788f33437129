//! Requirements on security that can be tested from outside, each under its id.

mod abuse;
mod api;
mod browser;
mod claims;
mod forger;
mod limits;
mod proxies;
mod tokens;
