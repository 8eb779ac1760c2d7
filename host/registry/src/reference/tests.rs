use super::{Reference, ReferenceCause};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn what_was_read_is_written_as_it_was() {
    for text in [
        "registry.example.com/plugin".to_owned(),
        "localhost/a".to_owned(),
        "127.0.0.1:5000/team/a-b--c/d.e_f__g:1.2.0-rc_1".to_owned(),
        format!("[::1]:5000/a:b@{DIGEST}"),
        format!("r.example:443/x@{DIGEST}"),
    ] {
        let reference = Reference::parse(&text).unwrap();
        assert_eq!(reference.to_string(), text);
        assert_eq!(reference.pinned().is_ok(), text.contains('@'));
    }
}

#[test]
fn a_tag_beside_a_digest_is_kept_and_chooses_nothing() {
    let pinned = Reference::parse(&format!("r.example/a:1@{DIGEST}")).unwrap().pinned().unwrap();
    assert_eq!((pinned.tag.as_deref(), pinned.to_string()), (Some("1"), format!("r.example/a@{DIGEST}")));
}

#[test]
fn other_texts_are_refused_with_the_reason() {
    let long = format!("r.example/{}", "a".repeat(300));
    for (text, expected) in [
        ("", "NoRegistry"),
        ("plugin", "NoRegistry"),
        ("team/plugin:1", "NoRegistry"),
        ("r..example/a", "Registry"),
        ("r.example:99999/a", "Registry"),
        ("r.example:/a", "Registry"),
        ("-r.example/a", "Registry"),
        ("https://r.example/a", "Registry"),
        ("user@r.example/a", "Digest"),
        ("[::g]:5000/a", "Registry"),
        ("r.example/", "Repository"),
        ("r.example/A", "Repository"),
        ("r.example/a//b", "Repository"),
        ("r.example/../b", "Repository"),
        ("r.example/a..b", "Repository"),
        ("r.example/a-", "Repository"),
        ("r.example/a b", "Repository"),
        ("r.example/a%2fb", "Repository"),
        (&long, "TooLong"),
        ("r.example/a:", "Tag"),
        ("r.example/a:.x", "Tag"),
        ("r.example/a:b:c", "Tag"),
        ("r.example/a:é", "Tag"),
        ("r.example/a@sha256:00", "Digest"),
        ("r.example/a@md5:00", "Digest"),
    ] {
        let cause = Reference::parse(text).unwrap_err().cause;
        let name = match &cause {
            ReferenceCause::NoRegistry => "NoRegistry",
            ReferenceCause::Registry => "Registry",
            ReferenceCause::Repository => "Repository",
            ReferenceCause::Tag => "Tag",
            ReferenceCause::Digest(_) => "Digest",
            ReferenceCause::TooLong { .. } => "TooLong",
        };
        assert_eq!(name, expected, "{text}: {cause}");
    }
}
