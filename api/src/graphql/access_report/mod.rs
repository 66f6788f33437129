//! The access report.

mod query;
mod types;

pub use query::AccessReportQuery;
pub use types::{AccessReportRow, AccessReportRowConnection, AccessReportRowEdge};
