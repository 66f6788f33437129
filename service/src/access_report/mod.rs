//! The access report: who has which role and direct grant, since when, from whom, and when each was last used.

mod model;
mod queries;

use crate::store::{assignments as store, last_uses};

pub use crate::review::{HeldObject, Holding};
pub use model::{AccessReportFilter, AccessReportRow};
pub use queries::{AccessReport, read};
