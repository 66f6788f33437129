//! Unified diffs of canonical texts. Both texts are sorted, so a diff is a merge: it takes time in proportion to them and
//! is as short as can be.

use super::State;
use super::render::{Line, blocks};
use std::cmp::Ordering;
use std::fmt::Write;

/// Lines around a change.
const CONTEXT: usize = 3;

/// How a line is in the diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Same,
    Removed,
    Added,
}

/// A line of the diff.
struct Marked<'a> {
    mark: Mark,
    text: &'a str,
}

/// The unified diff of the canonical YAML of two states; empty when they are the same.
pub(super) fn unified(before: &State, after: &State) -> String {
    let (before, after) = (blocks(before), blocks(after));
    let mut lines = Vec::new();
    merge(&before, &after, |block| &block.order, &mut |pair| match pair {
        Pair::Both(before, after) => {
            merge(&before.lines, &after.lines, |line| &line.order, &mut |pair| mark_lines(&pair, &mut lines));
        }
        Pair::Before(block) => lines.extend(block.lines.iter().map(|line| marked(Mark::Removed, line))),
        Pair::After(block) => lines.extend(block.lines.iter().map(|line| marked(Mark::Added, line))),
    });
    if lines.iter().all(|line| line.mark == Mark::Same) {
        return String::new();
    }
    removed_first(&mut lines);
    let mut diff = "--- before\n+++ after\n".to_owned();
    Hunks::of(&lines).write(&lines, &mut diff);
    diff
}

fn mark_lines<'a>(pair: &Pair<'a, Line<'a>>, lines: &mut Vec<Marked<'a>>) {
    match *pair {
        Pair::Both(before, after) if before.text == after.text => lines.push(marked(Mark::Same, before)),
        Pair::Both(before, after) => lines.extend([marked(Mark::Removed, before), marked(Mark::Added, after)]),
        Pair::Before(line) => lines.push(marked(Mark::Removed, line)),
        Pair::After(line) => lines.push(marked(Mark::Added, line)),
    }
}

fn marked<'a>(mark: Mark, line: &'a Line<'_>) -> Marked<'a> {
    Marked { mark, text: &line.text }
}

/// Elements of two sorted lists that have the same place, or an element that only one of them has.
pub(super) enum Pair<'a, T> {
    Both(&'a T, &'a T),
    Before(&'a T),
    After(&'a T),
}

/// Pairs the elements of two sorted lists.
pub(super) fn merge<'a, T, K: Ord + 'a>(
    before: &'a [T],
    after: &'a [T],
    order: impl Fn(&'a T) -> K,
    take: &mut impl FnMut(Pair<'a, T>),
) {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let ordering = match (before.peek(), after.peek()) {
            (Some(one), Some(other)) => order(one).cmp(&order(other)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        match ordering {
            Ordering::Less => before.next().map(Pair::Before),
            Ordering::Greater => after.next().map(Pair::After),
            Ordering::Equal => before.next().zip(after.next()).map(|(one, other)| Pair::Both(one, other)),
        }
        .into_iter()
        .for_each(&mut *take);
    }
}

/// Puts removed lines before added ones in each run of changes.
fn removed_first(lines: &mut [Marked<'_>]) {
    for run in lines.chunk_by_mut(|one, other| one.mark != Mark::Same && other.mark != Mark::Same) {
        run.sort_by_key(|line| line.mark == Mark::Added);
    }
}

/// Ranges of lines that are shown.
struct Hunks(Vec<std::ops::Range<usize>>);

impl Hunks {
    fn of(lines: &[Marked<'_>]) -> Self {
        let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.mark != Mark::Same) {
            let (start, end) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(lines.len()));
            match hunks.last_mut() {
                Some(last) if start <= last.end => last.end = end,
                _ => hunks.push(start..end),
            }
        }
        Self(hunks)
    }

    fn write(&self, lines: &[Marked<'_>], diff: &mut String) {
        let (mut at, mut before, mut after) = (0, 0, 0);
        for hunk in &self.0 {
            let count = |lines: &[Marked<'_>], other: Mark| lines.iter().filter(|line| line.mark != other).count();
            let skipped = lines.get(at..hunk.start).unwrap_or_default();
            before += count(skipped, Mark::Added);
            after += count(skipped, Mark::Removed);
            let shown = lines.get(hunk.clone()).unwrap_or_default();
            let (old, new) = (count(shown, Mark::Added), count(shown, Mark::Removed));
            let start = |skipped: usize, lines: usize| if lines == 0 { skipped } else { skipped + 1 };
            let _ = writeln!(diff, "@@ -{},{old} +{},{new} @@", start(before, old), start(after, new));
            for line in shown {
                let sign = match line.mark {
                    Mark::Same => ' ',
                    Mark::Removed => '-',
                    Mark::Added => '+',
                };
                let _ = writeln!(diff, "{sign}{}", line.text);
            }
            (at, before, after) = (hunk.end, before + old, after + new);
        }
    }
}
