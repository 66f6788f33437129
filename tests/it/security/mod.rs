//! Security requirements that can be tested from outside, each under its id.

mod abuse;
mod accounts;
mod algorithms;
mod api;
mod browser;
mod claims;
mod floods;
mod forger;
mod hashes;
mod limits;
mod passwords;
mod proxies;
mod refresh;
mod sessions;
mod table;
mod tokens;
