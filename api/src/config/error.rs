//! Why settings are refused: one line that names the setting, its source and the remedy.

use super::Origin;
use super::table::{SETTINGS, Setting};
use std::fmt;

/// One line for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError(String);

impl SettingError {
    pub(super) fn new(line: impl Into<String>) -> Self {
        Self(line.into().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A value that the setting does not accept.
    pub(super) fn not_accepted(setting: &Setting, origin: &Origin, value: Option<&str>) -> Self {
        let name = origin.name(setting);
        match value {
            Some(value) => Self::new(format!("{name} is `{value}`: give {}", setting.accepts)),
            None => Self::new(format!("{name} is not accepted: give {}", setting.accepts)),
        }
    }

    /// A name that no setting has, written where names are spelt as `spell` does.
    pub(super) fn unknown(place: &str, name: &str, spell: fn(&Setting) -> &'static str) -> Self {
        let nearest = SETTINGS.iter().map(spell).min_by_key(|known| distance(known, name));
        let hint = nearest.filter(|known| distance(known, name) <= 2 + name.len() / 8);
        let remedy = hint.map_or_else(
            || "`keyward check-config` lists the settings".to_owned(),
            |known| format!("did you mean `{known}`?"),
        );
        Self::new(format!("{place} sets `{name}`, which is no setting of Keyward: {remedy}"))
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingError {}

/// How many letters are to be added, dropped or exchanged to make one text of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let exchanged = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
