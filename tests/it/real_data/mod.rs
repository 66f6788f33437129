//! Real role data, imported by the built binary and read through GraphQL.

mod catalogues;
mod import;
mod organisations;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read as _;
use tests::{Client, Keyward, data_file};

/// Pairs of names, such as user and permission.
type Pairs = BTreeSet<(String, String)>;

/// Concurrent requests.
const AT_ONCE: usize = 4;

/// The text of a compressed file.
fn unpacked(file: &str) -> String {
    let packed = std::fs::File::open(data_file(file)).expect("a file of the data");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("gzip");
    text
}

/// Two columns of a file whose fields hold no quotes.
fn pairs(file: &str) -> Pairs {
    let text = unpacked(file);
    let pair = |line: &str| {
        let (first, rest) = line.split_once(',').expect("two columns");
        (first.to_owned(), rest.split(',').next().expect("a column").to_owned())
    };
    text.lines().skip(1).map(pair).collect()
}

/// Imports files of the data set, each after its flag; returns standard output.
fn import(keyward: &Keyward, files: &[(&str, &str)]) -> String {
    import_ignoring(keyward, files, "")
}

/// Imports files, and passes over these columns where they have no meaning.
fn import_ignoring(keyward: &Keyward, files: &[(&str, &str)], columns: &str) -> String {
    let mut command = keyward.command(&["import"]);
    if !columns.is_empty() {
        command.args(["--ignore-columns", columns]);
    }
    for (flag, file) in files {
        command.arg(flag).arg(data_file(file));
    }
    let output = command.output().expect("the binary");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// All nodes of a connection at the root, page by page; `selection` is of one node.
async fn everything(client: &Client, field: &str, page: usize, selection: &str) -> Vec<Value> {
    let document = format!(
        "query ($after: String) {{ {field}(first: {page}, after: $after) {{ nodes {{ {selection} }}
            pageInfo {{ hasNextPage endCursor }} totalCount }} }}"
    );
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = client.graphql(&document, json!({ "after": after })).await;
        let page = &answer.data()[field];
        nodes.extend_from_slice(list(&page["nodes"]));
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"].as_u64(), u64::try_from(nodes.len()).ok());
            return nodes;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Imported users: all but the administrator.
async fn users(client: &Client, selection: &str) -> Vec<Value> {
    let mut users = everything(client, "users", 100, &format!("id username {selection}")).await;
    users.retain(|user| user["username"] != "root");
    users
}

/// Every pair of user and permission, by `permissionNames`.
async fn held(client: &Client) -> Pairs {
    let mut held = Pairs::new();
    for user in users(client, "permissionNames").await {
        let names = list(&user["permissionNames"]);
        let before = held.len();
        held.extend(names.iter().map(|name| (text(&user["username"]), text(name))));
        assert_eq!(held.len() - before, names.len(), "each once");
    }
    held
}

/// Every pair of user and permission, by `effectivePermissions`, page by page for each user.
async fn effective(client: &Client) -> Pairs {
    let users = users(client, "").await;
    let of_one = async |user: Value| {
        let document = "query ($id: ID!, $after: String) { user(id: $id) { effectivePermissions(first: 100, after: $after) {
            nodes { permission { name } isDirect paths(first: 1) { text } hasMorePaths } pageInfo { hasNextPage endCursor }
            totalCount } } }";
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = client.graphql(document, json!({ "id": user["id"], "after": after })).await;
            let page = &answer.data()["user"]["effectivePermissions"];
            for node in list(&page["nodes"]) {
                let (username, name) = (text(&user["username"]), text(&node["permission"]["name"]));
                let path = text(&node["paths"][0]["text"]);
                assert!(path.starts_with(&format!("{username} > ")) && path.ends_with(&format!("> {name}")), "{path}");
                found.push((username, name));
            }
            if page["pageInfo"]["hasNextPage"] == false {
                assert_eq!(page["totalCount"].as_u64(), u64::try_from(found.len()).ok());
                return found;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    };
    let found = stream::iter(users).map(of_one).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    found.into_iter().flatten().collect()
}

/// Asserts that two sets of pairs are equal; prints a part of the difference.
#[track_caller]
fn assert_same(found: &Pairs, expected: &Pairs) {
    let missing: Vec<_> = expected.difference(found).take(5).collect();
    let extra: Vec<_> = found.difference(expected).take(5).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}, extra {extra:?}");
}

/// Peak memory of a process, in KiB, if the system reports it.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}
