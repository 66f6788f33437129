//! The access report.

mod query;
mod types;

pub use query::{AccessReportFilter, AccessReportQuery};
pub use types::{AccessReportRow, AccessReportRowConnection, AccessReportRowEdge};
