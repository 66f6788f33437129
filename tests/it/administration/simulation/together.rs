//! Several operations of one actor as root fields of one document: each is judged with the rights of its turn.

use super::answers::{difference, outcome};
use super::effects;
use super::invariants::{self, CheckResult, Violation};
use super::requests::joint_document;
use super::rules::{Codes, expected_errors};
use super::runner::{Outcome, Runner};
use super::step::{Operation, Step};
use super::world::{Names, World};
use tests::Response;

/// An operation in its turn, as the model sees it.
#[derive(Debug)]
struct Turn {
    step: Step,
    before: World,
    /// The world after it, if it is allowed.
    after: World,
    codes: Codes,
}

/// The turns of a document.
fn turns(world: &World, by: &str, operations: &[Operation]) -> Vec<Turn> {
    let mut before = world.clone();
    let mut turns = Vec::new();
    for operation in operations {
        let step = Step::Do { by: by.to_owned(), operation: operation.clone() };
        let after = effects::after(&before, &step);
        let codes = expected_errors(&before, &step, &after);
        let next = if codes.is_empty() { after.clone() } else { before.clone() };
        turns.push(Turn { step, before: std::mem::replace(&mut before, next), after, codes });
    }
    turns
}

/// The response key of an operation.
pub(super) fn key(number: usize) -> String {
    format!("o{number}")
}

impl Turn {
    fn check(&self, number: usize, outcome: Option<&str>) -> CheckResult {
        let holds = match outcome {
            Some(code) => self.codes.contains(code),
            // An operation without effect may succeed unchecked.
            None => self.codes.is_empty() || self.after == self.before,
        };
        if !holds {
            let details =
                format!("root field {}: {}, predicted {:?}", number + 1, outcome.unwrap_or("allowed"), self.codes);
            return Err(Violation { invariant: "predicted errors", details });
        }
        if outcome.is_none() { invariants::check(&self.before, &self.step, &self.after) } else { Ok(()) }
    }
}

impl Runner {
    /// Do all objects of the operations exist before the document, and still in their turn?
    pub(super) fn is_possible_together(&self, by: &str, operations: &[Operation]) -> bool {
        let mut world = self.world.clone();
        self.ids.sessions.contains_key(by)
            && operations.iter().all(|operation| {
                let is_there = match operation {
                    Operation::EndSession { session } => world.sessions.contains_key(session),
                    other => self.ids.within(&world).arguments(other).is_some(),
                };
                if is_there && let Some(turn) = turns(&world, by, std::slice::from_ref(operation)).pop() {
                    world = if turn.codes.is_empty() { turn.after } else { turn.before };
                }
                is_there
            })
    }

    /// Sends the operations in one document, and checks the outcome of each in its turn, then the world.
    pub(super) async fn take_together(&mut self, by: &str, operations: &[Operation], checked: &Names) -> CheckResult {
        let turns = turns(&self.world, by, operations);
        let actors: Vec<_> = turns.iter().map(|turn| self.user_of(&turn.before, by)).collect();
        let outcomes = self.perform_together(by, operations).await;
        let (after, revision) = self.read().await;
        for (number, (turn, outcome)) in turns.iter().zip(&outcomes).enumerate() {
            turn.check(number, outcome.as_deref())?;
        }
        let predicted =
            turns.last().map_or(&self.world, |turn| if turn.codes.is_empty() { &turn.after } else { &turn.before });
        if after != *predicted {
            return Err(Violation { invariant: "predicted effects", details: difference(&after, predicted) });
        }
        for ((turn, actor), outcome) in turns.iter().zip(actors).zip(&outcomes) {
            if outcome.is_some() || turn.after != turn.before {
                self.check_audit(actor, outcome).await?;
            }
        }
        self.settle(after, revision, checked).await
    }

    async fn perform_together(&mut self, by: &str, operations: &[Operation]) -> Vec<Outcome> {
        let arguments = |operation| self.ids.arguments(operation).expect("everything is there");
        let fields: Vec<_> = operations.iter().map(|known| (known.field(), arguments(known))).collect();
        let (document, variables) = joint_document(&fields);
        let answer = self.send(by, &document, variables).await;
        let mut outcomes = Vec::new();
        for (number, operation) in operations.iter().enumerate() {
            let outcome = outcome(&answer, &key(number));
            self.keep_tokens(by, operation, &answer, &key(number));
            *self.tally.entry((operation.field(), outcome.clone())).or_default() += 1;
            outcomes.push(outcome);
        }
        outcomes
    }

    fn keep_tokens(&mut self, by: &str, operation: &Operation, answer: &Response, key: &str) {
        let payload = &answer.body["data"][key];
        if let (Operation::IssueReset { user }, Some(token)) = (operation, payload["token"].as_str()) {
            self.ids.resets.insert(user.clone(), token.to_owned());
        }
        let Some(known) = self.ids.sessions.get_mut(by) else { return };
        for (name, token) in [("accessToken", &mut known.access_token), ("refreshToken", &mut known.refresh_token)] {
            if let Some(new) = payload[name].as_str() {
                new.clone_into(token);
            }
        }
    }
}
