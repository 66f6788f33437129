//! Policy as code: the policy as a document that is exported, planned and applied.
//!
//! `policy_document` reads, renders and compares documents; here they meet the database. A plan is a preview of the change
//! that applying it makes: both are prepared by the same code.

mod apply;
mod authority;
mod current;
mod export;
mod holdings;
mod model;
mod plan;
mod prepare;
mod rollback;
mod write;

pub use apply::apply;
pub use export::{Assignments, Export, export};
pub use holdings::holdings;
pub use model::{Applied, Approval, DocumentInput, PolicyPlan};
pub use plan::plan;
pub use rollback::{rollback, rollback_plan};
