//! Requirements on security that can be tested from outside, each under its id.

mod claims;
mod forger;
mod refresh;
mod sessions;
mod tokens;
