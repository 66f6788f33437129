//! The command that creates the first administrator of an installation.

use super::Settings;
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;

/// Stands for a secret value.
const WITHHELD: &str = "…";

impl Settings {
    /// The command that creates the first administrator, for a shell: with the settings that select this database, and
    /// open it, where they are not the defaults. Secrets are withheld. `program` is the binary as it was started.
    #[must_use]
    pub fn setup_command(&self, program: &str) -> String {
        let mut words: Vec<String> = self.environment().map(|(name, value)| format!("{name}={value}")).collect();
        words.push(quoted(program).into_owned());
        if self.database.url.is_none() && self.data_dir != Self::default().data_dir {
            words.extend(["--data-dir".to_owned(), quoted(&self.data_dir.display().to_string()).into_owned()]);
        }
        words.extend(["admin", "create", "NAME"].map(str::to_owned));
        words.join(" ")
    }

    /// Variables of the database and of what opens it.
    fn environment(&self) -> impl Iterator<Item = (&'static str, String)> {
        let withheld = |secret: &Option<SecretString>| secret.as_ref().map(|_| WITHHELD.to_owned());
        let path = |path: &Option<std::path::PathBuf>| {
            path.as_ref().map(|path| quoted(&path.display().to_string()).into_owned())
        };
        let url = self.database.url.as_ref().map(|url| match has_password(url.expose_secret()) {
            true => WITHHELD.to_owned(),
            false => quoted(url.expose_secret()).into_owned(),
        });
        let variables = [
            ("KEYWARD_DATABASE_URL", url),
            ("KEYWARD_SECRET", withheld(&self.secret)),
            ("KEYWARD_SECRET_FILE", path(&self.secret_file)),
            ("KEYWARD_PASSWORD_PEPPER", withheld(&self.password.pepper)),
            ("KEYWARD_PASSWORD_PEPPER_FILE", path(&self.password_files.pepper)),
        ];
        variables.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Whether a URL may have a password: in its user information, or as a parameter.
fn has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.contains('?') || rest.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// A word of a POSIX shell.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-:@+=%,".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.setup_command("keyward")
    }

    #[test]
    fn the_defaults_need_no_setting() {
        assert_eq!(command(|_| ()), "keyward admin create NAME");
        assert_eq!(Settings::default().setup_command("/opt/key ward"), "'/opt/key ward' admin create NAME");
    }

    #[test]
    fn a_data_folder_is_named() {
        let with = |folder: &str| command(|settings| settings.data_dir = folder.into());
        assert_eq!(with("/srv/keyward"), "keyward --data-dir /srv/keyward admin create NAME");
        assert_eq!(with("ana's data"), r"keyward --data-dir 'ana'\''s data' admin create NAME");
    }

    #[test]
    fn secrets_are_withheld() {
        let with = |url: &str| {
            command(|settings| {
                settings.database.url = Some(url.into());
                settings.secret = Some("0123456789abcdef0123456789abcdef".into());
            })
        };
        let withheld = "KEYWARD_DATABASE_URL=… KEYWARD_SECRET=… keyward admin create NAME";
        for url in ["postgres://keyward:s3cret@db/keyward", "postgres://a:p@ss@db/k", "postgres://db/k?password=s3cret"]
        {
            assert_eq!(with(url), withheld, "{url}");
        }
        let plain = "KEYWARD_DATABASE_URL=postgres://keyward@db:5432/k KEYWARD_SECRET=… keyward admin create NAME";
        assert_eq!(with("postgres://keyward@db:5432/k"), plain);
    }
}
