//! The log of a test: `KEYWARD_TEST_LOG` is its filter, and there is none without it.

use std::sync::Once;
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging, once per process. The output is captured like that of `println!`.
///
/// # Panics
/// When the filter is malformed.
pub(crate) fn start() {
    static START: Once = Once::new();
    START.call_once(|| {
        if let Ok(filter) = std::env::var("KEYWARD_TEST_LOG") {
            let filter = EnvFilter::try_new(filter).expect("KEYWARD_TEST_LOG is a log filter");
            fmt().with_env_filter(filter).with_test_writer().init();
        }
    });
}
