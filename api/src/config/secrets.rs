//! The secret that encrypts private keys, and the password pepper: each from its setting or a file, with the previous
//! one during a replacement. The secret is generated on first start where none is set.

use super::Settings;
use super::setting::variable;
use super::validate::MIN_SECRET_LENGTH;
use anyhow::{Context, Result, bail};
use secrecy::SecretString;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Length of a generated secret, in bytes.
const GENERATED_LENGTH: usize = 32;

/// The secrets of an installation.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Encrypts private keys.
    pub current: SecretString,
    /// The secret before a replacement.
    pub previous: Option<SecretString>,
    /// Secret input of password hashes.
    pub pepper: Option<SecretString>,
    /// The pepper before a replacement.
    pub previous_pepper: Option<SecretString>,
}

/// Loads the secrets, and generates the current one in the data folder when none is set. The data folder must exist.
///
/// # Errors
/// One line when a file cannot be read or written, or when the generated secret is gone while the data exists and no
/// previous secret is set.
pub fn load_secrets(settings: &Settings) -> Result<Secrets> {
    let Settings { secret_previous, secret_previous_file, password, password_files, .. } = settings;
    let previous = value_or_file(secret_previous.as_ref(), secret_previous_file.as_deref(), "secret_previous_file")?;
    let pepper = value_or_file(password.pepper.as_ref(), password_files.pepper.as_deref(), "password.pepper_file")?;
    let previous_pepper = value_or_file(
        password.previous_pepper.as_ref(),
        password_files.previous_pepper.as_deref(),
        "password.pepper_previous_file",
    )?;
    Ok(Secrets { current: current(settings, previous.as_ref())?, previous, pepper, previous_pepper })
}

/// A secret from its setting, or from the file that the setting `file_key` names.
fn value_or_file(
    value: Option<&SecretString>,
    file: Option<&Path>,
    file_key: &'static str,
) -> Result<Option<SecretString>> {
    match (value, file) {
        (Some(secret), _) => Ok(Some(secret.clone())),
        (None, Some(path)) => read(path).with_context(|| variable(file_key)).map(Some),
        (None, None) => Ok(None),
    }
}

fn current(settings: &Settings, previous: Option<&SecretString>) -> Result<SecretString> {
    let set = value_or_file(settings.secret.as_ref(), settings.secret_file.as_deref(), "secret_file")?;
    if let Some(secret) = set {
        return Ok(secret);
    }
    let path = settings.data_dir.join("secret");
    match read(&path) {
        Err(error) if is_not_found(&error) => {}
        read => return read,
    }
    let database = settings.database_file();
    if previous.is_none() && fs::metadata(&database).is_ok_and(|file| file.len() > 0) {
        let [secret, secret_previous] = ["secret", "secret_previous"].map(variable);
        bail!(
            "the secret {} is gone, but the database {} exists: restore the file, or set {secret} to its content; to \
             replace the secret, set {secret_previous} to the old one",
            path.display(),
            database.display()
        );
    }
    match generate(&path) {
        // Another process was first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        generated => generated.with_context(|| format!("cannot write the secret {}", path.display()))?,
    }
    read(&path)
}

fn is_not_found(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::NotFound)
}

fn read(path: &Path) -> Result<SecretString> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the secret {}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.len() < MIN_SECRET_LENGTH {
        let path = path.display();
        bail!("the secret {path} is shorter than {MIN_SECRET_LENGTH} characters: use a longer one");
    }
    Ok(SecretString::from(secret))
}

/// Writes random bytes in hexadecimal, readable by this user only, atomically.
fn generate(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0_u8; GENERATED_LENGTH];
    let random = rustls::crypto::aws_lc_rs::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| std::io::Error::other("the operating system provides no random numbers"))?;
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
        // On a file system without hard links, the last of two concurrent processes wins.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => fs::rename(&draft, path),
        linked => {
            fs::remove_file(&draft)?;
            linked
        }
    }
}
