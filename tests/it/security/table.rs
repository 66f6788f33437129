//! The requirements on security, what is done about each, and the tests that show it: `docs/security.md`.
//!
//! A test belongs to a requirement when its name begins with the requirement's id (`b7_…`), wherever it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

/// A requirement.
struct Row {
    id: &'static str,
    asks: &'static str,
    /// The setting or the behaviour that meets it.
    here: &'static str,
    /// Why there is no test, where there is none.
    untested: Option<&'static str>,
}

const fn row(id: &'static str, asks: &'static str, here: &'static str) -> Row {
    Row { id, asks, here, untested: None }
}

const fn untested(id: &'static str, asks: &'static str, here: &'static str, why: &'static str) -> Row {
    Row { id, asks, here, untested: Some(why) }
}

#[test]
fn every_requirement_on_security_has_a_test_or_says_why_not() {
    let tests = tests_by_id();
    let rows = || PARTS.iter().flat_map(|(_, rows)| *rows);
    let ids: BTreeSet<&str> = rows().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows().count(), "an id stands twice");
    let unknown: Vec<_> = tests.keys().filter(|id| !ids.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "tests of no requirement: {unknown:?}");
    let bare: Vec<_> =
        rows().filter(|row| row.untested.is_some() == tests.contains_key(row.id)).map(|row| row.id).collect();
    assert!(bare.is_empty(), "neither a test nor a reason, or both: {bare:?}");
    crate::generated::compare("docs/security.md", &page(&tests));
}

/// Tests of this very binary, by the requirement that their names begin with.
fn tests_by_id() -> BTreeMap<String, Vec<String>> {
    let binary = std::env::current_exe().expect("this binary");
    let output = Command::new(binary).args(["--list", "--format", "terse"]).output().expect("a list");
    let output = String::from_utf8(output.stdout).expect("text");
    let mut tests = BTreeMap::<String, Vec<String>>::new();
    for test in output.lines().filter_map(|line| line.strip_suffix(": test")) {
        let name = test.rsplit("::").next().unwrap_or_default();
        for id in name.split('_').take_while(|part| is_id(part)) {
            tests.entry(id.to_ascii_uppercase()).or_default().push(test.to_owned());
        }
    }
    tests.retain(|id, _| !id.starts_with(['E', 'I']));
    tests
}

/// A letter and a number. Ids of authorisation (`e…`) and of incidents (`i…`) are not of this table.
fn is_id(part: &str) -> bool {
    part.starts_with(['a', 'b', 'c', 'd', 'e', 'f', 'i'])
        && part.len() > 1
        && part[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// The page that is committed.
fn page(tests: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(INTRO);
    for (title, rows) in PARTS {
        let _ = write!(page, "\n## {title}\n\n| | asked for | here | shown by |\n|---|---|---|---|\n");
        for Row { id, asks, here, untested } in *rows {
            let shown = match untested {
                Some(why) => format!("not here: {why}"),
                None => tests[*id].iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>"),
            };
            let _ = writeln!(page, "| {id} | {asks} | {here} | {shown} |");
        }
    }
    page
}

const INTRO: &str = "\
# Security

What OWASP's Application Security Verification Standard 5.0 (numbers in brackets), NIST SP 800-63B-4 and some RFCs ask of a
service like this, what Keyward does about it, and the tests in [`tests/it`](../tests/it) that show it. Who may do what is
in [permissions.md](permissions.md), the rules of administration and their tests are in [conformance.md](conformance.md).
To report a weakness, see [SECURITY.md](../SECURITY.md).
";

const PARTS: &[(&str, &[Row])] = &[
    ("Passwords and signing in", PASSWORDS),
    ("Sessions and cookies", SESSIONS),
    ("Requests from browsers", BROWSERS),
    ("Tokens", TOKENS),
    ("The service as such", SERVICE),
];

const PASSWORDS: &[Row] = &[
    row("A1", "a minimum length (6.2.1; NIST 3.1.1.2)", "`password.min_length`: 15, not below 8"),
    row("A2", "long passwords are taken (6.2.9)", "up to 1 KiB"),
    row(
        "A3",
        "any composition (6.2.5)",
        "any Unicode in normal form C, blanks and emoji included; a code point counts as one",
    ),
    row("A4", "compared exactly (6.2.8)", "nothing is cut off, nothing folded"),
    row(
        "A5",
        "common passwords and context words are refused (6.2.4, 6.2.11)",
        "a list of common ones; the username, the address, the name of the service; also inside padding",
    ),
    row(
        "A6",
        "known leaked passwords are refused (6.2.12)",
        "`password.blocklist`: a file of the operator's; none unless given",
    ),
    row("A7", "a change needs the current password (6.2.2, 6.2.3)", "`passwordChange`"),
    row("A8", "passwords do not run out (6.2.10)", "there is no such setting"),
    row("A9", "a slow, salted hash (11.4.2)", "Argon2id, 19 MiB, 2 passes unless set higher"),
    row("A10", "hashes follow the parameters", "hashed anew at the next sign-in"),
    row(
        "A11",
        "a pepper is kept apart and can be replaced",
        "`password.pepper` and `password.pepper_previous`, from settings or files, never in the database",
    ),
    row(
        "A12",
        "guessing is limited, whatever headers say (6.1.1, 6.3.1)",
        "`limits.*`, counted before hashing; `X-Forwarded-For` counts only from `trusted_proxies`",
    ),
    row(
        "A13",
        "strangers cannot lock an owner out (6.1.1)",
        "live sessions go on, and confirm their password by a count of their own",
    ),
    row("A14", "aliases and batches do not multiply tries", "each execution of a field counts; there are no batches"),
    row("A15", "unknown, deleted and suspended accounts answer like a wrong password (6.3.8)", "one answer for all"),
    untested(
        "A16",
        "and take as long",
        "a hash is verified in any case",
        "`a16_…` beside the code of `service` counts the work, and `scripts/timing` measures the time",
    ),
    row(
        "A17",
        "sign-up and accounts that exist (6.3.8)",
        "a taken name is told, since people choose names; `signup_enabled` closes sign-up, `limits.signup_per_address` slows listing down",
    ),
    row("A18", "size is bounded before hashing (15.2.2)", "refused beyond 1 KiB, unhashed"),
    row(
        "A19",
        "no default accounts or secrets (6.3.2, 13.2.3)",
        "the first administrator is made by the operator; with a database server or Redis a secret must be given",
    ),
    row("A20", "one account per address (2.2.1)", "usernames and addresses share one namespace without regard to case"),
    row(
        "A21",
        "resets are single, short and end sessions (6.4.1, 6.4.3)",
        "`userIssuePasswordReset`, `passwordReset`: once, within 24 hours",
    ),
    row("A22", "administrators choose nobody's password (6.4.6)", "no mutation sets another's password"),
    row("A23", "what identifies is changed after confirmation only (7.5.1)", "`@recentLogin`"),
];

const SESSIONS: &[Row] = &[
    row("B1", "safe cookies (3.3.1 to 3.3.4)", "`__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`; `cookie.*`"),
    row("B2", "small cookies (3.3.5)", "below 4 KiB, however many roles there are"),
    row("B3", "logout clears them (7.4.1)", "the same names and attributes, `Max-Age=0`"),
    row("B4", "secrets travel in `Set-Cookie` alone (3.3.4)", "cookie mode has no token in the body"),
    row("B5", "a fresh token at each sign-in (7.2.4)", "cookies shown by the browser are not taken over"),
    row("B6", "references of 128 bits at least (7.2.3)", "refresh tokens are 256 bits from the system's generator"),
    row(
        "B7",
        "logout ends a session at once (7.4.1)",
        "in SQL before it is acknowledged; other replicas within half a second",
    ),
    row("B8", "this session, or all", "`logout(everywhere:)`"),
    row("B9", "suspension and deletion end sessions (7.4.2)", "at once"),
    row("B10", "a changed password ends other sessions (7.4.3)", "always"),
    row("B11", "administrators end sessions (7.4.5)", "`userRevokeSessions`, `sessionRevoke`"),
    row("B12", "users see and end theirs (7.5.2)", "`me { sessions }`, `sessionRevoke`, `sessionRevokeOthers`"),
    row("B13", "idle and absolute ends (7.3.1, 7.3.2)", "`session.idle` 30 minutes, `session.absolute` 30 days"),
    row("B14", "a number of parallel sessions (7.1.2)", "`session.max_per_user`; the oldest ends"),
    row("B15", "no tokens in addresses (14.2.1)", "query parameters are no credentials"),
    row("B16", "answers are not stored (14.3.2)", "`Cache-Control: no-store`"),
    row("B17", "doubtful cookies give one identity or none (15.3.7)", "refused when ambiguous"),
];

const BROWSERS: &[Row] = &[
    row(
        "C1",
        "no cross-site requests with cookies (3.5.1, 3.5.2)",
        "`Origin` or `Sec-Fetch-Site` must be allowed, and the header `X-CSRF-Token` right",
    ),
    row("C2", "nothing without a preflight (3.5.2)", "`application/json` alone"),
    row("C3", "no change by GET (3.5.3)", "405"),
    row("C4", "no signing in for somebody else", "cookies are set for trusted pages only"),
    row("C5", "a fixed list of origins (3.4.2)", "`cors.origins`; nothing is reflected"),
    row(
        "C6",
        "headers for browsers (3.4.1, 3.4.4 to 3.4.6)",
        "HSTS, `nosniff`, no referrer, no framing, a strict content security policy",
    ),
    row("C7", "`SameSite` is not the defence", "C1 holds with the cookie sent"),
    row("C8", "web sockets check their origin (4.4.1 to 4.4.4)", "there are none"),
];

const TOKENS: &[Row] = &[
    row("D1", "the signature comes first (9.1.1)", "nothing of a token is believed before"),
    row("D2", "one algorithm (9.1.2; RFC 8725)", "the key says which, never the token"),
    row("D3", "keys of the service alone (9.1.3)", "`jku`, `x5u`, `jwk` and the like are not read"),
    row("D4", "times are checked (9.2.1)", "as whole seconds, with 30 seconds of leeway at most"),
    row("D5", "issuer and audience (9.2.3)", "exact: `token.issuer`, `token.audience`"),
    row("D6", "kinds of token (9.2.2; RFC 9068)", "`typ: at+jwt`; refresh tokens have another form"),
    row("D7", "the subject exists (10.3.3)", "and is whom the session belongs to"),
    row("D8", "no claim may be left out", "`iss aud sub sid jti iat nbf exp roles pv`"),
    row("D9", "short and impersonal", "`token.access_lifetime`: 10 minutes; ids and role names alone"),
    row("D10", "malformed and huge tokens (RFC 8725, 3.7)", "refused without work"),
    row("D11", "one credential (RFC 9110, 11)", "one `Authorization` header, any case of `Bearer`"),
    row("D12", "rotation at each refresh (10.4.5; RFC 9700)", "reuse after the grace ends the session and its family"),
    row("D13", "one winner of a race", "one conditional update; losers get the same successor and clear nothing"),
    row("D14", "families stand apart", "one per session"),
    row("D15", "refresh ends with the session (CVE-2023-22492)", "logout, changed password, suspension, deletion"),
    row("D16", "roles of now (8.3.2)", "read at each refresh"),
    row("D17", "an absolute end (10.4.8)", "refreshing does not move it"),
    row("D18", "revoking twice, and what is no token (RFC 7009, 2.2)", "logout always answers alike"),
    row("D19", "secrets are stored as hashes", "refresh and reset tokens by SHA-256"),
    row("D20", "published keys (11.1.1)", "public halves, named by RFC 7638; rotation refuses nobody"),
    row("D21", "revocation by session", "not by the text of a token; what nobody signed revokes nothing"),
    row("D22", "entries of the denylist run out", "with the last token they speak of"),
];

const SERVICE: &[Row] = &[
    row("F1", "GraphQL over HTTP", "media types and statuses of the draft; the 61 audits of `graphql-http` pass"),
    row("F2", "the type fits the content (4.1.1)", "with its charset"),
    row("F3", "methods that are not used (4.1.4, 13.4.4)", "405 with `Allow`"),
    row("F4", "framing (4.2.1)", "one length or one encoding"),
    row("F5", "headers, addresses and compression are bounded", "64 KiB of headers; compressed bodies are refused"),
    row("F6", "documents are bounded (4.3.1)", "before anything runs: see [operations.md](operations.md)"),
    row("F7", "pages are bounded", "`max_page_size`"),
    row("F8", "slow clients", "headers and bodies have deadlines"),
    row(
        "F9",
        "guarded queries go on while passwords are hashed (15.4.4)",
        "hashing has its own threads and a bounded queue; `scripts/flood` measures it",
    ),
    row("F10", "text is text (1.2.4, 1.2.9)", "parameters alone; `LIKE` is escaped"),
    row("F11", "wrong types are refused (15.3.5)", "before anything runs"),
    row("F12", "text is kept as it came", "code point by code point"),
    row("F13", "errors tell nothing (16.5.1)", "stable codes, see [errors.md](errors.md); details go to the log"),
    row("F14", "a panic is one request's end (16.5.4)", "500, and the service goes on"),
    row("F15", "nothing lies around (13.4)", "no listing, no debug pages; the playground is off in production"),
    row("F16", "what happened is written down (16.2.1, 16.3.1 to 16.3.3)", "the audit log: who, what, when"),
    row("F17", "secrets are not (16.2.5)", "neither in the audit log nor in any other"),
    row("F18", "logs cannot be forged (16.4.1)", "control characters are escaped"),
    untested("F19", "TLS 1.2 at least (12.1.1)", "a proxy terminates TLS", "it is the proxy's"),
    row("F20", "secrets by file or environment (13.3.1, 13.3.4)", "replaceable, never defaulted on servers"),
    row("F21", "dependencies have deadlines (13.2.6, 16.5.2)", "see [operations.md](operations.md)"),
    row("F22", "a lost dependency allows nothing (16.5.3)", "`SERVICE_UNAVAILABLE`"),
    untested(
        "F23",
        "known advisories (15.2.1)",
        "`cargo deny check` in `scripts/test`",
        "it needs the network; sources, licences and bans are checked in each run",
    ),
];
