//! `keyward serve`

use crate::config::{Mode, Settings};
use crate::http::{HttpSettings, limits};
use crate::startup::{self, App, describe};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use service::Service;
use service::auth::{NewAdministrator, create_administrator, issue_setup_token, needs_administrator};
use service::demo::{self, DemoSize};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::signal;

#[derive(Args, Debug, Default)]
pub(super) struct Arguments {
    /// Load a demo company into an empty installation, for trying out; not in production mode
    #[arg(long)]
    demo: bool,
}

/// Serves requests until a signal to stop.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    if arguments.demo && settings.mode == Mode::Production {
        bail!("`--demo` is for development: leave it out, or set `KEYWARD_MODE` to `development`");
    }
    // Listens first, so that a port in use is found before anything is written.
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr()?;
    let stop = stop_signal()?;
    let app = App::build(settings, Some(limits::STATEMENT_TIME)).await?;
    first_administrator(app.service(), settings, address).await?;
    adopt_algorithm(app.service()).await?;
    if arguments.demo {
        load_demo(app.service()).await?;
    }
    let playground = if settings.has_playground() { ", playground at /playground" } else { "" };
    if !settings.cookie.secure {
        tracing::warn!("cookies are sent without TLS (`KEYWARD_COOKIE_SECURE` is `false`): for development only");
    }
    tracing::info!("listening on http://{address}{playground}");
    app.serve(listener, &settings.shutdown, stop).await.context("cannot serve requests")?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Loads the demo company, unless it is loaded.
async fn load_demo(service: &Service) -> Result<()> {
    if demo::status(service).await.map_err(|error| describe(&error))?.is_loaded {
        return Ok(());
    }
    let DemoSize { users, roles } =
        demo::load(service, &startup::operator()).await.map_err(|error| describe(&error).context("`--demo`"))?;
    tracing::info!(users, roles, "loaded the demo company");
    Ok(())
}

/// Creates a key when the algorithm of the newest one differs from the settings. Other commands do not, since they may run
/// without the settings of the server.
async fn adopt_algorithm(service: &Service) -> Result<()> {
    if let Some(key) = service::keys::adopt_algorithm(service).await.map_err(|error| describe(&error))? {
        tracing::info!(
            kid = key.kid,
            algorithm = key.algorithm,
            "signing with a new key, since `token.algorithm` has changed"
        );
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::AddrInUse => "stop the program that uses the port, or set `KEYWARD_LISTEN` to another one",
            ErrorKind::PermissionDenied => "set `KEYWARD_LISTEN` to a port from 1024",
            _ => "set `KEYWARD_LISTEN` to an address of this machine",
        };
        anyhow!("cannot listen on {address}: {error}: {remedy}")
    })
}

/// Completes at the first signal to stop, including one that arrives during startup.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    use signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = signal::ctrl_c().await;
    })
}

/// Creates the administrator of the settings while there is none, or logs how to create one.
async fn first_administrator(service: &Service, settings: &Settings, address: SocketAddr) -> Result<()> {
    if !needs_administrator(service).await.map_err(|error| describe(&error))? {
        return Ok(());
    }
    let (Some(username), Some(file)) = (&settings.admin.username, &settings.admin.password_file) else {
        return explain_setup(service, settings, address);
    };
    let new = NewAdministrator { username: username.clone(), password: read_password(file)? };
    let created = create_administrator(service, &startup::operator(), new).await;
    let context = "cannot create the administrator of `KEYWARD_ADMIN_USERNAME`";
    let created = created.map_err(|error| describe(&error).context(context))?;
    tracing::info!(username = created.username, "created the first administrator");
    Ok(())
}

/// Logs the ways to create the first administrator. The link has a secret, for who reads the log of a new installation;
/// it ends by itself.
fn explain_setup(service: &Service, settings: &Settings, address: SocketAddr) -> Result<()> {
    let command = HttpSettings::from(settings).setup_command;
    if !settings.console {
        tracing::warn!("there is no administrator: run `{command}`");
        return Ok(());
    }
    let token = issue_setup_token(service).map_err(|error| describe(&error))?;
    let host =
        if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() };
    tracing::warn!(
        "there is no administrator: open http://{host}/setup#{} within 15 minutes, or run `{command}`",
        token.expose_secret()
    );
    Ok(())
}

/// Reads a password from the first line of a file.
fn read_password(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read `KEYWARD_ADMIN_PASSWORD_FILE` {}", file.display()))?;
    Ok(SecretString::from(text.lines().next().unwrap_or_default()))
}
