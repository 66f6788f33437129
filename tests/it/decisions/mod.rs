//! Decisions: never stale, explained, and never without somebody to administer them.

mod concurrency;
mod explain;
mod lockout;
mod never_stale;
mod reasons;
mod remedies;
