//! YAML 1.2 as a tree. Anchors, aliases, tags, directives and further documents are refused: a document says everything
//! in one place, and is no larger than its text.

use super::node::{Budget, Entry, MAX_DEPTH, Node, Value, shown, without_duplicates};
use super::problem::{Position, Problems};
use super::scalar::{Plain, resolve};
use crate::RefusalCode::{Invalid, TooLong};
use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use std::borrow::Cow;

/// Nesting at which the parser itself stops; [`MAX_DEPTH`] is reached before.
const PARSER_DEPTH: usize = 4 * MAX_DEPTH;

/// Reads a text. `None` when its syntax is wrong.
pub(super) fn parse<'t>(text: &'t str, budget: &mut Budget, problems: &mut Problems) -> Option<Node<'t>> {
    let options = granit_parser::options! {
        strict_indentation: true,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        block_nesting_limit: PARSER_DEPTH,
        flow_nesting_limit: PARSER_DEPTH,
    };
    let mut tree = Tree { open: Vec::new(), root: None, documents: 0, budget, problems };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => tree.take(event, position(span.start))?,
            Err(error) => {
                refuse_syntax(text, &error, tree.problems);
                return None;
            }
        }
    }
    if tree.root.is_none() {
        tree.problems.push(Position::new(1, 1), Invalid, "the document is empty");
    }
    tree.root
}

fn position(marker: Marker) -> Position {
    Position::new(marker.line(), marker.col() + 1)
}

/// Reports an error of syntax, after which nothing can be read. Where it is a tab, all tabs are reported.
fn refuse_syntax(text: &str, error: &ScanError, problems: &mut Problems) {
    let at = position(*error.marker());
    let indented_by_tab = |line: &&str| line.trim_start_matches([' ', '\t']).len() < line.trim_start_matches(' ').len();
    let failed = text.lines().nth(error.marker().line().saturating_sub(1));
    if failed.filter(indented_by_tab).is_none() {
        problems.push(at, Invalid, format!("invalid YAML: {}", error.info()));
        return;
    }
    let lines = text.lines().enumerate().skip(at.line.saturating_sub(1) as usize);
    for (number, line) in lines.filter(|(_, line)| indented_by_tab(line) && !line.trim().is_empty()) {
        let column = line.bytes().take_while(|byte| *byte == b' ').count() + 1;
        problems.push(Position::new(number + 1, column), Invalid, "a tab does not indent: use spaces");
    }
}

/// The tree as far as it is read.
struct Tree<'t, 'p> {
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    documents: usize,
    budget: &'p mut Budget,
    problems: &'p mut Problems,
}

/// A collection that has not ended.
enum Open<'t> {
    List { at: Position, items: Vec<Node<'t>> },
    Mapping { at: Position, entries: Vec<Entry<'t>>, key: Option<Key<'t>> },
}

/// A key that waits for its value.
enum Key<'t> {
    Text(Cow<'t, str>, Position),
    Refused,
}

impl<'t> Tree<'t, '_> {
    /// Adds an event. `None` when reading stops.
    fn take(&mut self, event: Event<'t>, at: Position) -> Option<()> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return self.stop(at, "the text has more than one document: remove this one");
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.problems.push(at, Invalid, "aliases are not accepted: write the value out");
                self.accept(Node { at, value: Value::Refused })?;
            }
            Event::Anchor(..) => {
                self.problems.push(at, Invalid, "anchors are not accepted: remove it");
            }
            Event::Scalar(text, style, _, tag) => {
                self.refuse_tag(tag.as_ref(), at);
                let value = self.scalar(text, style, at);
                self.accept(Node { at, value })?;
            }
            Event::SequenceStart(_, _, tag) => {
                self.refuse_tag(tag.as_ref(), at);
                self.open(Open::List { at, items: Vec::new() }, at)?;
            }
            Event::MappingStart(_, _, tag) => {
                self.refuse_tag(tag.as_ref(), at);
                self.open(Open::Mapping { at, entries: Vec::new(), key: None }, at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            _ => {}
        }
        Some(())
    }

    fn stop(&mut self, at: Position, message: &str) -> Option<()> {
        self.problems.push(at, Invalid, message);
        None
    }

    fn refuse_tag<T>(&mut self, tag: Option<&T>, at: Position) {
        if tag.is_some() {
            self.problems.push(at, Invalid, "tags are not accepted: put the value in quotes if it is a text");
        }
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, at: Position) -> Value<'t> {
        if style != ScalarStyle::Plain {
            return Value::Text(text);
        }
        if text == "<<" {
            self.problems.push(at, Invalid, "merge keys are not accepted: put `<<` in quotes if it is a name");
            return Value::Refused;
        }
        match resolve(&text) {
            Plain::Null => Value::Null,
            Plain::Boolean => Value::Boolean(text.eq_ignore_ascii_case("true")),
            Plain::Number => Value::Number(text),
            Plain::Text => Value::Text(text),
        }
    }

    fn open(&mut self, open: Open<'t>, at: Position) -> Option<()> {
        if self.open.len() == MAX_DEPTH {
            self.problems.push(at, TooLong, format!("the document is nested more than {MAX_DEPTH} levels deep"));
            return None;
        }
        self.open.push(open);
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let node = match self.open.pop()? {
            Open::List { at, items } => Node { at, value: Value::List(items) },
            Open::Mapping { at, entries, .. } => {
                Node { at, value: Value::Mapping(without_duplicates(entries, self.problems)) }
            }
        };
        self.accept(node)
    }

    /// Puts a value in its place: a key, a value or an item.
    fn accept(&mut self, node: Node<'t>) -> Option<()> {
        if !self.budget.take(node.at, self.problems) {
            return None;
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => *key = Some(read_key(node, self.problems)),
                Some(Key::Text(key, at)) => entries.push(Entry { key, at, node }),
                Some(Key::Refused) => {}
            },
        }
        Some(())
    }
}

fn read_key<'t>(node: Node<'t>, problems: &mut Problems) -> Key<'t> {
    let text = match node.value {
        Value::Text(text) => return Key::Text(text, node.at),
        Value::Refused => return Key::Refused,
        Value::Number(text) => text.into_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Null => {
            problems.push(node.at, Invalid, "a key is a text: put it in quotes");
            return Key::Refused;
        }
        Value::List(_) | Value::Mapping(_) => {
            problems.push(node.at, Invalid, "a key is a text, not a list or a mapping");
            return Key::Refused;
        }
    };
    let message = format!("YAML does not read the key `{0}` as a text: put it in quotes", shown(&text));
    problems.push(node.at, Invalid, message);
    Key::Refused
}
