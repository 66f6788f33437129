//! Requirements on security that can be tested from outside, each under its id.

mod accounts;
mod claims;
mod forger;
mod hashes;
mod passwords;
mod table;
mod tokens;
