//! Requirements on security that can be tested from outside, each under its id.

mod claims;
mod forger;
mod table;
mod tokens;
