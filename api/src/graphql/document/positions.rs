//! Lines and columns of byte offsets.

use async_graphql::Pos;

/// Converts byte offsets of a source text to lines and columns. Each conversion counts the characters since the former
/// one on the same line, so that converting the offsets of a document in their order takes linear time.
#[derive(Debug)]
pub(super) struct Positions<'a> {
    source: &'a str,
    /// Offset of each line.
    lines: Vec<usize>,
    last: Place,
}

/// A place in the text.
#[derive(Clone, Copy, Debug)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Positions<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let bytes = source.as_bytes();
        let ends_line = |at: usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let lines = std::iter::once(0).chain((0..bytes.len()).filter(|at| ends_line(*at)).map(|at| at + 1));
        Self { source, lines: lines.collect(), last: Place { offset: 0, line: 1, column: 1 } }
    }

    /// The line and column of an offset, both from 1; columns count characters.
    pub(super) fn at(&mut self, offset: usize) -> Pos {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        if line != self.last.line {
            let start = self.lines.get(line - 1).copied().unwrap_or_default();
            self.last = Place { offset: start, line, column: 1 };
        }
        let characters = |from: usize, to: usize| self.source.get(from..to).map_or(0, |text| text.chars().count());
        let Place { offset: known, column, .. } = self.last;
        let column = match offset.checked_sub(known) {
            Some(_) => column + characters(known, offset),
            None => column.saturating_sub(characters(offset, known)),
        };
        self.last = Place { offset, line, column };
        Pos { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_any_order() {
        let text = "ab\néf\r\ng\rh";
        let mut positions = Positions::new(text);
        let expected = [(0, 1, 1), (1, 1, 2), (3, 2, 1), (5, 2, 2), (6, 2, 3), (8, 3, 1), (10, 4, 1)];
        for (offset, line, column) in expected.iter().chain(expected.iter().rev()) {
            assert_eq!(positions.at(*offset), Pos { line: *line, column: *column }, "{offset}");
        }
        assert_eq!(positions.at(6), Pos { line: 2, column: 3 });
        assert_eq!(positions.at(5), Pos { line: 2, column: 2 });
        assert_eq!(Positions::new("").at(0), Pos { line: 1, column: 1 });
    }
}
