//! Notes against the published example of the Go implementation.

use super::{KeyTextError, NoteError, Signer, Verifier};

const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// Somebody else's, of another text: nothing that is looked at.
const OTHER: &str = "— somebody.example/else AAAAAAAAAAA=\n";

fn verifier() -> Verifier {
    PUBLIC.parse().unwrap()
}

#[test]
fn keys_and_signatures_are_the_published_ones() {
    let signer = Signer::read(PRIVATE).unwrap();
    assert_eq!(signer.verifier().to_string(), PUBLIC);
    assert_eq!(*signer.private_text(), PRIVATE);
    assert_eq!(signer.sign(TEXT), format!("{TEXT}\n{LINE}"));
    assert_eq!(verifier().text(&format!("{TEXT}\n{LINE}")), Ok(TEXT));
    assert_eq!(verifier().text(&format!("{TEXT}\n{OTHER}{LINE}{OTHER}")), Ok(TEXT));
}

#[test]
fn a_text_may_hold_empty_lines() {
    let signer = Signer::read(PRIVATE).unwrap();
    let text = "one\n\n— two\n";
    assert_eq!(signer.verifier().text(&signer.sign(text)), Ok(text));
}

#[test]
fn a_note_that_the_key_did_not_sign_does_not_count() {
    let key = "PeterNeumann+c74f20a3".to_owned();
    let altered = format!("{}\n{LINE}", TEXT.replace("your", "my"));
    assert_eq!(verifier().text(&altered), Err(NoteError::BadSignature { key: key.clone() }));
    let cut = format!("{TEXT}\n— PeterNeumann x08gowAA\n{LINE}");
    assert_eq!(verifier().text(&cut), Err(NoteError::BadSignature { key: key.clone() }));
    assert_eq!(verifier().text(&format!("{TEXT}\n{OTHER}")), Err(NoteError::Unsigned { key: key.clone() }));
    let other = Signer::new("PeterNeumann", &[7; 32]);
    assert_eq!(verifier().text(&other.sign(TEXT)), Err(NoteError::Unsigned { key }));
}

#[test]
fn what_is_no_note_is_refused() {
    let line = LINE.trim_end();
    for note in [
        "".to_owned(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}{LINE}"),
        format!("{TEXT}\n{line}"),
        format!("{TEXT}\n{LINE}\n"),
        format!("{TEXT}\n{LINE}x\n"),
        format!("{TEXT}\r\n\n{LINE}"),
        format!("{TEXT}\n- PeterNeumann x08go/Y=\n"),
        format!("{TEXT}\n— PeterNeumann\n"),
        format!("{TEXT}\n—  x08goAAA\n"),
        format!("{TEXT}\n— Peter+Neumann x08goAAA\n"),
        format!("{TEXT}\n— PeterNeumann x08g*AAA\n"),
        format!("{TEXT}\n— PeterNeumann x08g\n"),
        format!("{TEXT}\n{}", OTHER.repeat(101)),
    ] {
        let error = verifier().text(&note).unwrap_err();
        assert!(matches!(error, NoteError::Malformed { .. }), "{note:?}: {error}");
    }
    let large = format!("{}\n\n{LINE}", "x".repeat(128 << 10));
    assert!(matches!(verifier().text(&large), Err(NoteError::TooLarge { .. })));
}

#[test]
fn a_mangled_key_is_refused() {
    for end in 0..PUBLIC.len() {
        assert!(PUBLIC[..end].parse::<Verifier>().is_err(), "{end}");
        assert!(PUBLIC[end + 1..].parse::<Verifier>().is_err(), "{end}");
    }
    for end in 0..PRIVATE.len() {
        assert!(Signer::read(&PRIVATE[..end]).is_err(), "{end}");
    }
    assert_eq!(PUBLIC.replace("c74f20a3", "C74F20A3").parse::<Verifier>(), Err(KeyTextError::OtherId));
    assert_eq!(PUBLIC.replace("Peter", "Pater").parse::<Verifier>(), Err(KeyTextError::OtherId));
}
