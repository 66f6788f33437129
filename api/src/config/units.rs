//! Durations and sizes as people write them: `10m`, `19 MiB`.

use std::fmt;
use std::time::Duration;

/// A duration, written as a whole number and a unit: `ms`, `s`, `m`, `h` or `d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// An amount of memory in KiB, written as a whole number and a unit: `KiB`, `MiB` or `GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// The amount in KiB.
    pub kib: u32,
}

/// Units of durations with their milliseconds, largest first.
const DURATIONS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
/// Units of sizes with their KiB, largest first.
const SIZES: [(&str, u64); 3] = [("GiB", 1 << 20), ("MiB", 1 << 10), ("KiB", 1)];

/// Reads a number with a unit, in the smallest of `units`.
fn parse(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let (_, factor) = units.iter().find(|(name, _)| unit.trim_start() == *name)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// The largest unit that leaves a whole number; zero in the unit before the smallest.
fn largest(amount: u64, units: &[(&'static str, u64)]) -> (u64, &'static str) {
    let fits = |(_, factor): &&(&str, u64)| amount >= *factor && amount.is_multiple_of(*factor);
    let &(name, factor) = units.iter().find(fits).unwrap_or(&units[units.len() - 2]);
    (amount / factor, name)
}

impl Span {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Takes a text such as `10m` for a duration.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse(text, &DURATIONS).map(|millis| Self(Duration::from_millis(millis)))
    }
}

impl Size {
    /// Takes a text such as `19 MiB` for a size.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kib = u32::try_from(parse(text, &SIZES)?).ok()?;
        Some(Self { kib })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = largest(u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX), &DURATIONS);
        write!(f, "{amount}{unit}")
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = largest(u64::from(self.kib), &SIZES);
        write!(f, "{amount} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written_alike() {
        for text in ["10m", "30s", "30d", "1h", "250ms", "90s", "0s", "36h"] {
            assert_eq!(Span::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Span::parse(" 10 m ").expect("blanks are allowed"), Span::seconds(600));
    }

    #[test]
    fn a_number_without_a_unit_is_no_duration() {
        for text in ["", "10", "m", "-1m", "1.5h", "10 minutes", "99999999999999999999d", "10m30s"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_read_and_written_alike() {
        for text in ["19 MiB", "4 GiB", "19457 KiB"] {
            assert_eq!(Size::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Size::parse("19456KiB").expect("no blank is fine").to_string(), "19 MiB");
        assert_eq!(Size::parse("5000000 GiB"), None);
        assert_eq!(Size::parse("19 MB"), None);
    }
}
