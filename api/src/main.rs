//! The `keyward` binary: installs the TLS provider and the log; the library does the rest.

use api::cli::{Cli, Job};
use api::config::LogFormat;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

fn main() -> ExitCode {
    service::memory::configure();
    // Fails only when one is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outcome = Cli::read().prepare().and_then(run);
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {}", api::startup::one_line(&error));
        ExitCode::FAILURE
    })
}

fn run(job: Job) -> anyhow::Result<ExitCode> {
    let logs = fmt().with_env_filter(EnvFilter::try_new(job.log_filter())?).with_writer(std::io::stderr);
    match job.log_format() {
        LogFormat::Text => logs.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => logs.json().init(),
    }
    job.run()
}
