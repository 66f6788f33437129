//! Errors in settings: one line with the setting, its source and the remedy.

use super::Source;
use super::setting::Setting;
use super::table::SETTINGS;
use std::fmt;

/// An error in a setting, in one line for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError(String);

impl SettingError {
    pub(super) fn new(line: impl Into<String>) -> Self {
        Self(line.into().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A value that the setting does not accept; `None` when it is secret or has no text form.
    pub(super) fn invalid_value(setting: &Setting, source: &Source, value: Option<&str>) -> Self {
        let (name, accepts) = (source.name_of(setting), setting.accepts);
        match value {
            Some(value) => Self::new(format!("{name} has the invalid value `{value}`: use {accepts}")),
            None => Self::new(format!("{name} has an invalid value: use {accepts}")),
        }
    }

    /// A name that is not a setting; `spelling` gives the names that the place uses.
    pub(super) fn unknown(name: &str, place: &str, spelling: fn(&Setting) -> &'static str) -> Self {
        let nearest = SETTINGS.iter().map(spelling).min_by_key(|known| distance(known, name));
        let hint = nearest.filter(|known| distance(known, name) <= 2 + name.len() / 8);
        let remedy = hint.map_or_else(
            || "remove it; docs/configuration.md lists the settings".to_owned(),
            |known| format!("did you mean `{known}`?"),
        );
        Self::new(format!("unknown setting `{name}` in {place}: {remedy}"))
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingError {}

/// Levenshtein distance, in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let (mut diagonal, mut left) = (i, i + 1);
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let substituted = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    if b.is_empty() { a.len() } else { row.last().copied().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_distance_counts_insertions_deletions_and_substitutions() {
        for (a, b, expected) in [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
