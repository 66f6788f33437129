//! A wrong working folder does not look like success.

use super::{applied, attempt, rejected};
use crate::cli::{assert_names, done, err};
use tests::{Keyward, PASSWORD};

const STAFF: [(&str, &str); 1] = [("user-roles", "user,role\nann,clerk\n")];

#[test]
fn a_new_database_is_announced_with_its_folder() {
    for command in ["import", "admin", "keys", "migrate"] {
        let keyward = Keyward::install();
        let run = || match command {
            "import" => attempt(&keyward, &STAFF, &[]),
            "admin" => keyward.run(&["admin", "create", "root"], &format!("{PASSWORD}\n")),
            "keys" => keyward.run(&["keys", "list"], ""),
            _ => keyward.run(&["migrate"], ""),
        };
        let output = run();
        done(&output);
        let folder = keyward.folder().canonicalize().expect("a folder").join("keyward-data");
        let note = format!("note: there is no database in {}: making a new one there", folder.display());
        assert!(err(&output).starts_with(&note), "{command}: {}", err(&output));
        assert!(!err(&run()).contains("note: "), "{command} a second time");
    }
}

#[test]
fn a_dry_run_makes_no_database() {
    let keyward = Keyward::install();
    let error = rejected(&attempt(&keyward, &STAFF, &["--dry-run"]));
    assert_names(&error, &["there is no database in ", "keyward-data", "keyward migrate"]);
    assert!(!keyward.folder().join("keyward-data").exists());
    done(&keyward.run(&["migrate"], ""));
    assert_names(&applied(&attempt(&keyward, &STAFF, &["--dry-run"])), &["would import 1 user, 1 role, 1 assignment"]);
    assert_names(&applied(&attempt(&keyward, &STAFF, &[])), &["imported 1 user, 1 role, 1 assignment"]);
}
