//! Decisions: current, explained, and safe from lock-out.

mod batch;
mod concurrency;
mod cures;
mod explain;
mod imports;
mod lockout;
mod never_stale;
mod reasons;
mod remedies;
