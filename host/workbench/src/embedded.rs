//! The files that this program carries, so that a new plugin project needs nothing else: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The files below a folder, each with its path from there on.
pub(crate) fn below(folder: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().filter_map(move |(path, bytes)| {
        let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((rest, *bytes))
    })
}

/// The text of one file; empty where there is none of that path, or where it is no text.
pub(crate) fn text(path: &str) -> &'static str {
    let found = FILES.iter().find(|(name, _)| *name == path);
    found.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{FILES, below, text};

    #[test]
    fn the_contract_the_sdk_and_the_templates_are_there_and_nothing_that_a_build_left() {
        assert!(text("wit/gate.wit").contains("interface gate"));
        assert!(below("sdk/src").any(|(path, _)| path == "lib.rs"));
        assert!(below("templates/rust").any(|(path, _)| path == "gate/src/lib.rs"));
        let leftover =
            |path: &str| path.contains("/target/") || path.contains("/node_modules/") || path.ends_with(".wasm");
        assert_eq!(FILES.iter().filter(|(path, _)| leftover(path)).count(), 0);
    }
}
