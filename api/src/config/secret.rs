//! The secret that seals private keys: given, read from a file, or made on first start; and the pepper of passwords,
//! where one is given. Each with the one before it, while that is being replaced.

use super::Settings;
use anyhow::{Context, Result, bail};
use secrecy::SecretString;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Least length of a secret, in bytes.
const LENGTH: usize = 32;

/// What private keys are sealed under, and what goes into the hashes of passwords.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Seals keys.
    pub current: SecretString,
    /// Sealed them until now.
    pub previous: Option<SecretString>,
    /// Goes into hashes.
    pub pepper: Option<SecretString>,
    /// Went into some of them.
    pub previous_pepper: Option<SecretString>,
}

/// The secrets; the one of now is made and kept in the data folder when none is given. The data folder
/// must exist.
///
/// # Errors
/// One line when a file cannot be read or written, or when it is gone while the data is there and no
/// secret before it is given.
pub fn ensure(settings: &Settings) -> Result<Secrets> {
    let Settings { secret_previous, secret_previous_file, password, .. } = settings;
    let previous = given(secret_previous, (secret_previous_file, "`KEYWARD_SECRET_PREVIOUS_FILE`"))?;
    let pepper = given(&password.pepper, (&password.pepper_file, "`KEYWARD_PASSWORD_PEPPER_FILE`"))?;
    let file = (&password.pepper_previous_file, "`KEYWARD_PASSWORD_PEPPER_PREVIOUS_FILE`");
    let previous_pepper = given(&password.pepper_previous, file)?;
    Ok(Secrets { current: current(settings, previous.as_ref())?, previous, pepper, previous_pepper })
}

/// A secret that is given or read from a file, which the setting of that name gives.
fn given(
    secret: &Option<SecretString>,
    (file, name): (&Option<PathBuf>, &'static str),
) -> Result<Option<SecretString>> {
    match (secret, file) {
        (Some(secret), _) => Ok(Some(secret.clone())),
        (None, Some(path)) => read(path).context(name).map(Some),
        (None, None) => Ok(None),
    }
}

fn current(settings: &Settings, previous: Option<&SecretString>) -> Result<SecretString> {
    if let Some(secret) = &settings.secret {
        return Ok(secret.clone());
    }
    if let Some(path) = &settings.secret_file {
        return read(path).context("`KEYWARD_SECRET_FILE`");
    }
    let path = settings.data_dir.join("secret");
    match read(&path) {
        Err(error) if is_missing(&error) => {}
        read => return read,
    }
    let database = settings.database_file();
    if previous.is_none() && fs::metadata(&database).is_ok_and(|file| file.len() > 0) {
        bail!(
            "the secret {} is gone, but the database {} is there: put it back, or set `KEYWARD_SECRET` to it; to \
             replace it, set `KEYWARD_SECRET_PREVIOUS` to the old one",
            path.display(),
            database.display()
        );
    }
    match create(&path) {
        // Another process was first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        created => created.with_context(|| format!("cannot write the secret {}", path.display()))?,
    }
    read(&path)
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::NotFound)
}

fn read(path: &Path) -> Result<SecretString> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the secret {}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.len() < LENGTH {
        bail!("the secret {} is shorter than {LENGTH} characters: put a longer one there", path.display());
    }
    Ok(SecretString::from(secret))
}

/// Writes 32 random bytes in hexadecimal, for this user only; whole or not at all.
fn create(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0_u8; LENGTH];
    let random = rustls::crypto::aws_lc_rs::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| std::io::Error::other("the machine gives no random numbers"))?;
    let text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(&draft, path) {
        // A file system without links: the last of two processes at once wins.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => fs::rename(&draft, path),
        linked => {
            fs::remove_file(&draft)?;
            linked
        }
    }
}
