//! Progress of an import: a bar at a terminal, otherwise occasional lines.

use super::super::output::grouped;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Minimum time between two lines about the same step.
const LINE_INTERVAL: Duration = Duration::from_secs(2);

/// Shows progress on standard error.
pub(super) struct Reporter(Output);

enum Output {
    Bar(ProgressBar),
    Lines(Mutex<Option<(&'static str, Instant)>>),
}

impl Reporter {
    pub(super) fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(Output::Lines(Mutex::new(None)));
        }
        let style = ProgressStyle::with_template("{msg:20} {bar:40} {human_pos} of {human_len}");
        Self(Output::Bar(ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))))
    }

    pub(super) fn show(&self, step: &'static str, done: usize, total: usize) {
        match &self.0 {
            Output::Bar(bar) => {
                bar.set_message(step);
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            }
            Output::Lines(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                let is_due = |(shown, at): &(&str, Instant)| *shown != step || at.elapsed() >= LINE_INTERVAL;
                if done == total || last.as_ref().is_none_or(is_due) {
                    eprintln!("{step}: {} of {}", grouped(done), grouped(total));
                    *last = Some((step, Instant::now()));
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Output::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
