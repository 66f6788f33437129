//! The operator's password blocklist.

use super::Settings;
use super::setting::variable;
use anyhow::{Context, Result, bail};
use service::auth::PasswordList;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Largest file, in MiB: some three million passwords.
const MAX_MIB: u64 = 32;

/// Reads the blocklist, where one is set.
///
/// # Errors
/// One line when the file cannot be read, is larger than 32 MiB, is not UTF-8 or holds no password.
pub fn read_blocklist(settings: &Settings) -> Result<Option<PasswordList>> {
    let Some(path) = &settings.password_files.blocklist else { return Ok(None) };
    read_list(path).with_context(|| format!("{} {}", variable("password.blocklist"), path.display())).map(Some)
}

fn read_list(path: &Path) -> Result<PasswordList> {
    let max = MAX_MIB << 20;
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(max + 1).read_to_end(&mut bytes));
    file.context("cannot be read: use a file with one password per line that this user may read")?;
    if bytes.len() as u64 > max {
        bail!("is larger than {MAX_MIB} MiB: keep the most common passwords");
    }
    let Ok(text) = String::from_utf8(bytes) else { bail!("is not UTF-8: convert it, for example with `iconv`") };
    let list = PasswordList::of(&text);
    if list.is_empty() {
        bail!("holds no password: write one per line");
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of passwords in a file, or the error.
    fn read(name: &str, fill: impl FnOnce(&mut File)) -> Result<usize, String> {
        let path = std::env::temp_dir().join(format!("keyward-blocklist-{}-{name}", std::process::id()));
        fill(&mut File::create(&path).expect("the temporary folder can be written"));
        let mut settings = Settings::default();
        settings.password_files.blocklist = Some(path.clone());
        let read = super::read_blocklist(&settings);
        std::fs::remove_file(&path).expect("the file is there");
        match read {
            Ok(list) => Ok(list.map_or(0, |list| list.len())),
            Err(error) => {
                let line = crate::startup::one_line(&error);
                assert!(line.starts_with("`KEYWARD_PASSWORD_BLOCKLIST` ") && line.contains(name), "{line}");
                Err(line)
            }
        }
    }

    #[test]
    fn a_list_has_one_password_per_line() {
        use std::io::Write as _;
        let fill = |text: &'static str| {
            move |file: &mut File| file.write_all(text.as_bytes()).expect("the file can be written")
        };
        assert_eq!(read("lines", fill("one\r\ntwo\n\nthree")), Ok(3));
        assert!(read("blank", fill("\n \n")).expect_err("it is empty").contains("holds no password"));
        let latin = |file: &mut File| file.write_all(b"caf\xe9\n").expect("the file can be written");
        assert!(read("latin", latin).expect_err("it is not UTF-8").contains("is not UTF-8"));
    }

    #[test]
    fn a_list_has_at_most_32_mib() {
        let of = |length| move |file: &mut File| file.set_len(length).expect("the file can be written");
        assert_eq!(read("full", of(32 << 20)), Ok(1));
        assert!(read("fuller", of((32 << 20) + 1)).expect_err("it is too large").contains("larger than 32 MiB"));
    }
}
