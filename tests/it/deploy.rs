//! The files of `deploy/` and the settings that they name.

use std::collections::BTreeSet;
use std::path::Path;

/// Names of settings in a text.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    words.filter(|word| word.starts_with("KEYWARD_")).collect()
}

fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("a text")));
        }
    }
}

#[test]
fn files_of_deploy_name_settings_that_exist() {
    let example = api::config::example();
    let settings = variables(&example);
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy"), &mut found);
    let named: usize = found.iter().map(|(_, text)| variables(text).len()).sum();
    assert!(named > 0, "no file names a setting");
    for (file, text) in &found {
        let unknown: Vec<_> = variables(text).difference(&settings).copied().collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}");
    }
}
