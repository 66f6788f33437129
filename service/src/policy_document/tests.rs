//! Documents as a whole: text, policy and back.

mod bad;
mod equivalence;
mod fixture;
mod identity;
mod merging;
mod planning;
mod policy_test;
mod real_data;
mod schema;
