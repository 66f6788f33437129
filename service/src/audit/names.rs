//! Lists of names in summaries.

/// Most names in a list; the rest is counted.
const MAX_NAMES: usize = 3;

/// Names for a sentence: `a`, `a and b`, `a, b and c`, `a, b, c and 7 more`.
pub(crate) fn listed(names: &[&str]) -> String {
    let (shown, rest) = names.split_at(names.len().min(MAX_NAMES));
    match (shown, rest.len()) {
        ([], _) => "nothing".to_owned(),
        ([only], 0) => (*only).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn long_lists_are_counted() {
        assert_eq!(listed(&[]), "nothing");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(listed(&["a", "b", "c", "d"]), "a, b, c and 1 more");
    }
}
