//! The text of a file, decompressed where it begins with the signature of gzip.

use anyhow::{Context, Result, bail};
use flate2::bufread::GzDecoder;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The first bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The text of a file, at most so many MiB.
///
/// # Errors
/// One line when the file cannot be read, is too large, or has other bytes than padding after its gzip data.
pub(super) fn text(path: &Path, mebibytes: usize) -> Result<Vec<u8>> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let too_large =
        || format!("{shown} is larger than {mebibytes} MiB after decompression: split it and import the parts");
    let most = mebibytes << 20;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() > most {
        bail!(too_large());
    }
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    let (mut text, mut rest) = (Vec::new(), bytes.as_slice());
    // A file may consist of several members (RFC 1952, 2.2), and be padded with zeros after the last.
    while rest.starts_with(&GZIP) {
        let left = (most + 1).saturating_sub(text.len());
        let mut member = GzDecoder::new(&mut rest).take(left as u64);
        member.read_to_end(&mut text).with_context(|| format!("cannot read {shown}"))?;
        if text.len() > most {
            bail!(too_large());
        }
    }
    if rest.iter().any(|byte| *byte != 0) {
        let offset = bytes.len() - rest.len();
        bail!("{shown} has {} bytes after the end of its gzip data, at byte {offset}: the file is damaged", rest.len());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, packed};
    use super::*;

    fn unpacked(bytes: &[u8]) -> Result<String> {
        let sample = Sample::new(bytes);
        text(sample.path(), 1).map(|text| String::from_utf8(text).expect("UTF-8"))
    }

    fn refused(bytes: &[u8]) -> String {
        crate::startup::one_line(&unpacked(bytes).expect_err("the file is refused"))
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes() {
        assert_eq!(unpacked(b"plain").expect("text"), "plain");
        assert_eq!(unpacked(&packed(b"packed")).expect("text"), "packed");
        assert_eq!(unpacked(b"").expect("text"), "");
    }

    #[test]
    fn all_members_are_read_and_padding_is_passed_over() {
        let members = [packed(b"one\n"), packed(b"two\n")].concat();
        assert_eq!(unpacked(&members).expect("text"), "one\ntwo\n");
        assert_eq!(unpacked(&[members.as_slice(), &[0; 512]].concat()).expect("text"), "one\ntwo\n");
    }

    #[test]
    fn other_bytes_after_the_end_are_named() {
        let member = packed(b"text");
        for rest in [b"\0\0x".as_slice(), b"more text", &[0x1f], b"\0\x1f\x8b"] {
            let error = refused(&[member.as_slice(), rest].concat());
            let expected = format!("has {} bytes after the end of its gzip data, at byte {}", rest.len(), member.len());
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn a_damaged_archive_is_refused() {
        let member = packed(b"some text that is long enough to be cut");
        for damaged in [&[0x1f, 0x8b, 0x08, 0, 1, 2, 3][..], &member[..member.len() - 9], &member[..member.len() - 1]] {
            assert!(refused(damaged).starts_with("cannot read "), "{damaged:?}");
        }
        assert!(refused(&[member.as_slice(), &member[..12]].concat()).starts_with("cannot read "));
    }

    #[test]
    fn the_size_is_limited_before_and_after_decompression() {
        let largest = vec![b'x'; 1 << 20];
        assert_eq!(unpacked(&packed(&largest)).expect("text").len(), 1 << 20);
        let large = [largest.as_slice(), b"x"].concat();
        let expected = "is larger than 1 MiB after decompression: split it and import the parts";
        for bytes in [large.clone(), packed(&large), [packed(&largest), packed(b"x")].concat()] {
            assert!(refused(&bytes).ends_with(expected), "{}", refused(&bytes));
        }
        assert!(packed(&large).len() < 10_000);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = text(Path::new("no/such.csv"), 1).expect_err("there is none");
        assert!(crate::startup::one_line(&error).starts_with("cannot open no/such.csv: "));
    }
}
