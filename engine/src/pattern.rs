//! Patterns of permissions: a resource and an action of which one or both are `*`.

use crate::permission::{Parts, validate};
use crate::{NameError, PermissionName};
use std::fmt;
use std::sync::Arc;

/// Stands for any resource or any action. Names do not contain it.
const ANY: &str = "*";

/// Reason why a text is not a pattern of permissions.
///
/// ```
/// use engine::{PatternError, PermissionPattern};
///
/// assert_eq!(PermissionPattern::parse("inv*:read"), Err(PatternError::Malformed));
/// assert_eq!(PermissionPattern::parse("invoice:read"), Err(PatternError::Malformed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text is no name of a permission even without its `*`.
    #[error("not a pattern of permissions: {0}")]
    Name(#[from] NameError),
    /// The text is not a resource and an action of which one or both are `*`.
    #[error(
        "a pattern is a resource and an action of which one or both are `*`, such as `invoice:*`, `*:read` or `storage.objects.*`"
    )]
    Malformed,
}

/// A pattern of permissions: a resource and an action of which one or both are `*`, such as `invoice:*`, `*:read`, `*:*`
/// and `storage.objects.*`. The resource is the part before the last `:`, else before the last `.`, as in a
/// [`PermissionName`]. A `*` stands for any whole part; no other form of it is a pattern.
///
/// A pattern matches names with its separator only: `*:*` matches all that have a `:`, and `*.*` those that have a `.`
/// and no `:`. No pattern matches a name without either.
///
/// ```
/// use engine::{PermissionName, PermissionPattern};
///
/// let all_of_invoices = PermissionPattern::parse("invoice:*")?;
/// assert!(all_of_invoices.matches(&PermissionName::parse("invoice:read")?));
/// assert!(!all_of_invoices.matches(&PermissionName::parse("invoice.read")?));
/// assert!(PermissionPattern::parse("*:*")?.covers(&all_of_invoices));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionPattern(Arc<str>);

impl PermissionPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`] when the text is not a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        validate(&text.replace('*', "x"))?;
        let Parts { resource, action, .. } = Parts::of(text).ok_or(PatternError::Malformed)?;
        let is_part = |part: &str| part == ANY || !part.is_empty() && !part.contains('*');
        let is_open = resource == ANY || action == ANY;
        match is_open && is_part(resource) && is_part(action) {
            true => Ok(Self(text.into())),
            false => Err(PatternError::Malformed),
        }
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Resource that it matches; `*` for any.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.parts().map_or(ANY, |parts| parts.resource)
    }

    /// Action that it matches; `*` for any.
    #[must_use]
    pub fn action(&self) -> &str {
        self.parts().map_or(ANY, |parts| parts.action)
    }

    /// Whether it matches a permission of this name.
    #[must_use]
    pub fn matches(&self, name: &PermissionName) -> bool {
        self.includes(Parts::of(name.as_str()))
    }

    /// Whether it matches everything that `other` matches, whatever is registered later.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.includes(other.parts())
    }

    fn includes(&self, other: Option<Parts<'_>>) -> bool {
        self.parts().zip(other).is_some_and(|(own, other)| wider(other).contains(&own))
    }

    /// Its parts; a pattern always has them.
    pub(crate) fn parts(&self) -> Option<Parts<'_>> {
        Parts::of(&self.0)
    }
}

impl fmt::Display for PermissionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parts, and those in which the resource, the action or both are `*` instead.
pub(crate) fn wider(parts: Parts<'_>) -> [Parts<'_>; 4] {
    let any_resource = Parts { resource: ANY, ..parts };
    let any_action = Parts { action: ANY, ..parts };
    [parts, any_action, any_resource, Parts { action: ANY, ..any_resource }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> PermissionPattern {
        PermissionPattern::parse(text).expect("a pattern")
    }

    fn name(text: &str) -> PermissionName {
        PermissionName::parse(text).expect("a name")
    }

    #[test]
    fn a_pattern_is_a_resource_and_an_action_of_which_one_or_both_are_open() {
        for (text, resource, action) in [
            ("invoice:*", "invoice", "*"),
            ("*:read", "*", "read"),
            ("*:*", "*", "*"),
            ("storage.objects.*", "storage.objects", "*"),
            ("*.list", "*", "list"),
            ("*.*", "*", "*"),
            ("a:b:*", "a:b", "*"),
            ("a.b:*", "a.b", "*"),
            ("*:a.b", "*", "a.b"),
            ("team of one:*", "team of one", "*"),
        ] {
            let pattern = pattern(text);
            assert_eq!((pattern.resource(), pattern.action(), pattern.as_str()), (resource, action, text));
            assert_eq!(pattern.to_string(), text);
        }
    }

    #[test]
    fn no_other_form_of_an_asterisk_is_accepted() {
        for text in [
            "*",
            "**",
            "inv*:read",
            "invoice:re*",
            "invoice:**",
            "**:read",
            "*:*:read",
            "a.*:read",
            "a:b.*",
            "a.*.b",
            ":*",
            "*:",
            "*.",
            "invoice:read",
            "invoice",
            "invoice: *",
            "* :read",
            "*:*.*",
        ] {
            assert_eq!(PermissionPattern::parse(text), Err(PatternError::Malformed), "{text:?}");
            assert_eq!(PermissionName::parse(text).is_ok(), !text.contains('*'), "{text:?}");
        }
    }

    #[test]
    fn apart_from_its_asterisk_a_pattern_is_a_name() {
        let refused = |text: &str| PermissionPattern::parse(text).expect_err("no pattern");
        assert_eq!(refused(""), NameError::Empty.into());
        assert_eq!(refused(" invoice:*"), NameError::BadBlank.into());
        assert_eq!(refused("in  voice:*"), NameError::BadBlank.into());
        assert_eq!(refused("caf\u{e9}:*"), NameError::BadCharacter.into());
        assert_eq!(refused("invoice:*\n"), NameError::BadCharacter.into());
        let longest = format!("{}:*", "x".repeat(253));
        assert_eq!(pattern(&longest).as_str().len(), 255);
        assert_eq!(refused(&format!("x{longest}")), NameError::TooLong.into());
    }

    #[test]
    fn a_pattern_matches_names_with_its_separator() {
        let matched = |text: &str| -> Vec<&str> {
            let names = ["invoice:read", "invoice:pay", "a.b:read", "a:b:read", "a.b.read", "p1", ":read"];
            names.into_iter().filter(|known| pattern(text).matches(&name(known))).collect()
        };
        assert_eq!(matched("invoice:*"), ["invoice:read", "invoice:pay"]);
        assert_eq!(matched("*:read"), ["invoice:read", "a.b:read", "a:b:read", ":read"]);
        assert_eq!(matched("*:*"), ["invoice:read", "invoice:pay", "a.b:read", "a:b:read", ":read"]);
        assert_eq!(matched("a.b:*"), ["a.b:read"]);
        assert_eq!(matched("a:*"), Vec::<&str>::new());
        assert_eq!(matched("*.*"), ["a.b.read"]);
        assert_eq!(matched("a.b.*"), ["a.b.read"]);
        assert_eq!(matched("a.*"), Vec::<&str>::new());
    }

    #[test]
    fn a_pattern_covers_those_that_match_no_more() {
        let covers = |one: &str, other: &str| pattern(one).covers(&pattern(other));
        for text in ["invoice:*", "*:read", "*:*"] {
            assert!(covers(text, text) && covers("*:*", text));
            assert!(!covers("*.*", text) && !covers(text, "*.*"));
        }
        assert!(!covers("invoice:*", "*:*") && !covers("*:read", "*:*"));
        assert!(!covers("invoice:*", "*:read") && !covers("*:read", "invoice:*"));
        assert!(!covers("invoice:*", "order:*"));
    }
}
