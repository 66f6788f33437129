//! Durations and sizes in text form: `10m`, `19 MiB`.

use std::fmt;
use std::time::Duration;

/// Units of durations in milliseconds, largest first.
const DURATION_UNITS: [Unit; 5] =
    [Unit("d", 86_400_000), Unit("h", 3_600_000), Unit("m", 60_000), Unit("s", 1_000), Unit("ms", 1)];
/// Units of sizes in KiB, largest first.
const SIZE_UNITS: [Unit; 3] = [Unit("GiB", 1 << 20), Unit("MiB", 1 << 10), Unit("KiB", 1)];

/// A unit: its name, and its size in the smallest unit of the same kind.
#[derive(Clone, Copy)]
struct Unit(&'static str, u64);

/// Parses a duration such as `10m`: a whole number and `ms`, `s`, `m`, `h` or `d`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    parse(text, &DURATION_UNITS).map(Duration::from_millis)
}

/// Parses a size such as `19 MiB`, in KiB: a whole number and `KiB`, `MiB` or `GiB`.
#[must_use]
pub fn parse_kib(text: &str) -> Option<u32> {
    parse(text, &SIZE_UNITS).and_then(|kib| u32::try_from(kib).ok())
}

/// A duration displayed as [`parse_duration`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct DurationText(pub Duration);

/// A size in KiB displayed as [`parse_kib`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct SizeText(pub u32);

impl fmt::Display for DurationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        // Zero fits every unit; seconds read best.
        let Unit(name, size) = if millis == 0 { Unit("s", 1_000) } else { largest(millis, &DURATION_UNITS) };
        write!(f, "{}{name}", millis / size)
    }
}

impl fmt::Display for SizeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = u64::from(self.0);
        let Unit(name, size) = largest(kib, &SIZE_UNITS);
        write!(f, "{} {name}", kib / size)
    }
}

/// Parses a whole number with a unit, in the smallest of `units`.
fn parse(text: &str, units: &[Unit]) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit())?)?;
    let Unit(_, size) = units.iter().find(|Unit(name, _)| unit.trim_start() == *name)?;
    number.parse::<u64>().ok()?.checked_mul(*size)
}

/// The largest unit in which the amount is a whole number.
fn largest(amount: u64, units: &[Unit]) -> Unit {
    units.iter().copied().find(|Unit(_, size)| amount.is_multiple_of(*size)).unwrap_or(Unit("", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_parsed_and_displayed_alike() {
        for text in ["10m", "30s", "30d", "1h", "250ms", "90s", "0s", "36h"] {
            assert_eq!(DurationText(parse_duration(text).expect(text)).to_string(), text);
        }
        assert_eq!(parse_duration(" 10 m "), Some(Duration::from_secs(600)), "blanks are allowed");
    }

    #[test]
    fn a_number_without_a_unit_is_not_a_duration() {
        for text in ["", "10", "m", "-1m", "1.5h", "10 minutes", "99999999999999999999d", "10m30s"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_parsed_and_displayed_alike() {
        for text in ["19 MiB", "4 GiB", "19457 KiB"] {
            assert_eq!(SizeText(parse_kib(text).expect(text)).to_string(), text);
        }
        assert_eq!(parse_kib("19456KiB"), Some(19 * 1024), "a blank is optional");
        assert_eq!(parse_kib("5000000 GiB"), None);
        assert_eq!(parse_kib("19 MB"), None);
    }
}
