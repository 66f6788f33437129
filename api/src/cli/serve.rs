//! `keyward serve`

use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::{Context, Result, anyhow};
use secrecy::SecretString;
use service::Service;
use service::auth::{NewAdministrator, create_administrator, has_administrator};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::signal;

/// Answers requests until told to stop.
pub(super) async fn run(settings: &Settings) -> Result<ExitCode> {
    // Listening first: a port in use is found before anything is written.
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr()?;
    let stop = stop_signal()?;
    let app = App::build(settings).await?;
    first_administrator(app.service(), settings).await?;
    adopt_algorithm(app.service()).await?;
    let page = if settings.has_playground() { ", with a playground for browsers" } else { "" };
    if !settings.cookie.secure {
        tracing::warn!("cookies are sent without TLS (`KEYWARD_COOKIE_SECURE` is `false`): for development only");
    }
    tracing::info!("listening on http://{address}{page}");
    app.serve(listener, &settings.shutdown, stop).await.context("cannot go on serving")?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Makes a key of the algorithm that is set, when the newest has another. Only `serve` does: other
/// commands may be run where the server's settings are not known.
async fn adopt_algorithm(service: &Service) -> Result<()> {
    if let Some(key) = service::keys::adopt_algorithm(service).await.map_err(|error| describe(&error))? {
        tracing::info!(
            kid = key.kid,
            algorithm = key.algorithm,
            "signs with a new key, since another algorithm is set"
        );
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program listens there: stop it, or choose another port with `KEYWARD_LISTEN`"
            }
            ErrorKind::PermissionDenied => "choose a port from 1024 up with `KEYWARD_LISTEN`",
            _ => "give an address of this machine with `KEYWARD_LISTEN`",
        };
        anyhow!("cannot listen on {address}: {error}: {remedy}")
    })
}

/// Ends at the first signal to stop, also at one that comes while the service starts.
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

/// Makes the administrator that the settings ask for while there is none, or says how to make one.
async fn first_administrator(service: &Service, settings: &Settings) -> Result<()> {
    if has_administrator(service).await.map_err(|error| describe(&error))? {
        return Ok(());
    }
    let (Some(username), Some(file)) = (&settings.admin.username, &settings.admin.password_file) else {
        tracing::warn!("there is no administrator yet: run `keyward admin create NAME`");
        return Ok(());
    };
    let new = NewAdministrator { username: username.clone(), password: read_password(file)? };
    let made = create_administrator(service, &startup::operator(), new).await;
    let made =
        made.map_err(|error| describe(&error).context("cannot make the administrator of `KEYWARD_ADMIN_USERNAME`"))?;
    tracing::info!(username = made.username, "made the first administrator");
    Ok(())
}

/// The first line of a file.
fn read_password(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read `KEYWARD_ADMIN_PASSWORD_FILE` {}", file.display()))?;
    Ok(SecretString::from(text.lines().next().unwrap_or_default()))
}
