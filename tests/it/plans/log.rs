//! The plans that PostgreSQL writes to its log, with the number of rows that each step read.

use serde_json::Value;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use tests::servers::Server;

/// What makes each new connection write the plan of each statement to the log of the server. Tables of some thousand rows are
/// as soon read whole, others are not: the last two settings make PostgreSQL plan as for large tables on a fast disk.
pub(super) const SETTINGS: [&str; 7] = [
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_format = 'json'",
    "auto_explain.log_analyze = on",
    "auto_explain.log_timing = off",
    "enable_seqscan = off",
    "random_page_cost = 1.1",
];

/// Rows that a step of a page may read or sort: those of a page with all that belongs to them.
const MOST_ROWS: f64 = 1_000.0;

/// The log of a server, read as it grows.
#[derive(Debug)]
pub(super) struct PlanLog {
    file: PathBuf,
    length: u64,
}

/// The plan of a statement that was run.
#[derive(Clone, Debug)]
pub(super) struct Plan(Value);

impl PlanLog {
    pub(super) fn of(server: &Server) -> Self {
        Self { file: server.log_file(), length: 0 }
    }

    /// The plans of all statements since the last call. The server writes a plan before it reports that the statement is
    /// complete.
    pub(super) fn new_plans(&mut self) -> Vec<Plan> {
        let mut file = std::fs::File::open(&self.file).expect("the log of the server");
        file.seek(SeekFrom::Start(self.length)).expect("a longer log");
        let mut text = String::new();
        self.length += file.read_to_string(&mut text).expect("a text") as u64;
        plans(&text)
    }
}

/// The plans in a log: each is an entry of several lines, of which all but the first begin with a tab.
fn plans(log: &str) -> Vec<Plan> {
    let mut lines = log.lines().peekable();
    let mut plans = Vec::new();
    while let Some(line) = lines.next() {
        let mut json = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(line);
        }
        if line.ends_with(" plan:") {
            plans.push(Plan(serde_json::from_str(&json).expect("a plan in JSON")));
        }
    }
    plans
}

impl Plan {
    /// The statement.
    pub(super) fn statement(&self) -> &str {
        self.0["Query Text"].as_str().expect("a statement")
    }

    /// Whether a step uses this index, or one whose name begins so; alternatives are separated by `|`.
    pub(super) fn uses(&self, index: &str) -> bool {
        let is_it = |name: &str| index.split('|').any(|index| name.starts_with(index));
        self.steps().iter().any(|step| step["Index Name"].as_str().is_some_and(is_it))
    }

    /// The steps that read or sort more rows than a page needs, and those that read one of the `large` tables without an
    /// index.
    pub(super) fn faults(&self, large: &[String]) -> Vec<String> {
        self.steps().into_iter().filter_map(|step| fault(step, large)).collect()
    }

    fn steps(&self) -> Vec<&Value> {
        let mut steps = vec![&self.0["Plan"]];
        let mut next = 0;
        while let Some(&step) = steps.get(next) {
            steps.extend(below(step));
            next += 1;
        }
        steps
    }
}

fn fault(step: &Value, large: &[String]) -> Option<String> {
    let kind = step["Node Type"].as_str().expect("a kind of step");
    let source = step["Relation Name"].as_str().or(step["Index Name"].as_str()).unwrap_or_default();
    if kind == "Seq Scan" && large.iter().any(|table| table == source) {
        return Some(format!("reads `{source}` without an index"));
    }
    let (verb, rows) = match kind {
        "Sort" | "Incremental Sort" => ("sorts", below(step).map(rows_of).sum()),
        _ if kind.ends_with("Scan") => ("reads", rows_of(step)),
        _ => return None,
    };
    (rows > MOST_ROWS).then(|| format!("{kind} {verb} {rows} rows of `{source}`"))
}

fn below(step: &Value) -> impl Iterator<Item = &Value> {
    step["Plans"].as_array().into_iter().flatten()
}

/// Rows that a step passed on or dropped. PostgreSQL prints the mean of all loops.
fn rows_of(step: &Value) -> f64 {
    let number = |name: &str| step[name].as_f64().unwrap_or_default();
    let rows = ["Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"].map(number);
    rows.iter().sum::<f64>() * number("Actual Loops")
}

#[test]
fn plans_are_found_among_other_lines_of_a_log() {
    let log = "2026 LOG:  ready\n2026 LOG:  duration: 0.1 ms  plan:\n\t{\n\t  \"Query Text\": \"SELECT\\n1\",\n\t  \"Plan\": {}\n\t}\n\
               2026 ERROR:  wrong\n\tmore\n2026 LOG:  duration: 0.2 ms  plan:\n\t{ \"Query Text\": \"b\" }\n";
    let statements: Vec<String> = plans(log).iter().map(|plan| plan.statement().to_owned()).collect();
    assert_eq!(statements, ["SELECT\n1", "b"]);
}

#[test]
fn a_plan_that_reads_or_sorts_many_rows_has_faults() {
    let faults = |plan: Value| Plan(serde_json::json!({ "Plan": plan })).faults(&["users".to_owned()]);
    let scan = |kind: &str, rows: u64, loops: u64| serde_json::json!({ "Node Type": kind, "Relation Name": "users", "Actual Rows": rows, "Actual Loops": loops });
    assert!(faults(scan("Index Scan", 100, 10)).is_empty());
    assert_eq!(faults(scan("Seq Scan", 1, 1)), ["reads `users` without an index"]);
    assert_eq!(faults(scan("Index Scan", 101, 10)), ["Index Scan reads 1010 rows of `users`"]);
    let sort = serde_json::json!({ "Node Type": "Sort", "Plans": [scan("Function Scan", 1_001, 1)] });
    assert_eq!(faults(sort).first().map(String::as_str), Some("Sort sorts 1001 rows of ``"));
}
