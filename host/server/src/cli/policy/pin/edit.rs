//! One `sha256` in the text of a policy set, and not a character more.

use std::path::Path;
use tidegate_bundle::{
    document::Position,
    sources::{PluginReference, Sources, included, read_sets},
};
use tidegate_core::{digest::Digest, name::PluginName};

/// The text with this plugin pinned; `None` when it is written so that no place was found. What comes out is read again, and
/// returned only if it says exactly that.
pub(super) fn pinned(path: &Path, text: &str, name: &PluginName, digest: Digest) -> Option<String> {
    let sources = read(path, text)?;
    let plugin = reference(&sources, name)?;
    let candidates = match (plugin.sha256, plugin.sha256_at()) {
        (Some(old), Some(at)) => vec![replaced(text, at, &old.hex(), &digest.hex())?],
        _ => inserted(text, plugin.path_at(), &digest.hex())?.to_vec(),
    };
    let says_so = |text: &String| {
        let sources = read(path, text);
        sources.as_ref().and_then(|sources| reference(sources, name)).and_then(|plugin| plugin.sha256) == Some(digest)
    };
    candidates.into_iter().find(says_so)
}

fn read(path: &Path, text: &str) -> Option<Sources> {
    let mut files = vec![(path.to_owned(), text.to_owned())];
    // What stands in files that it takes texts from pins nothing.
    files.extend(included(&files).into_iter().map(|one| (one.path, String::new())));
    read_sets(&files).ok()
}

fn reference<'a>(sources: &'a Sources, name: &PluginName) -> Option<PluginReference<'a>> {
    sources.plugins().find(|plugin| plugin.name == name)
}

fn replaced(text: &str, at: Position, old: &str, new: &str) -> Option<String> {
    let start = offset(text, at)?;
    let (before, rest) = text.split_at(start);
    let line = rest.lines().next()?;
    let old_at = line.find(old)?;
    let (kept, rest) = rest.split_at(old_at);
    Some(format!("{before}{kept}{new}{}", rest.strip_prefix(old)?))
}

/// Before `path`: on the same line, as in `{ path: … }`, or on a line of its own above it.
fn inserted(text: &str, at: Position, hex: &str) -> Option<[String; 2]> {
    let (before, rest) = text.split_at(offset(text, at)?);
    let indent = " ".repeat(at.column.saturating_sub(1));
    Some([format!("{before}sha256: {hex}, {rest}"), format!("{before}sha256: {hex}\n{indent}{rest}")])
}

/// Bytes before that place.
fn offset(text: &str, at: Position) -> Option<usize> {
    let line = text.split_inclusive('\n').take(at.line.checked_sub(1)?).map(str::len).sum::<usize>();
    let rest = text.get(line..)?;
    let column = rest.char_indices().map(|(index, _)| index).nth(at.column.checked_sub(1)?)?;
    Some(line + column)
}

#[cfg(test)]
mod tests {
    use super::pinned;
    use std::path::Path;
    use tidegate_core::{digest::Digest, name::PluginName};

    fn set(plugins: &str) -> String {
        format!(
            "# ü\npolicy_set: a\nversion: '1'\nowner: A\nmatch: {{ environments: [x], services: [y] }}\nplugins:{plugins}\n\
             stages: [{{ id: s, title: S, plugin: p, evidence: [] }}] # the end\n"
        )
    }

    #[test]
    fn a_plugin_is_pinned_and_nothing_else_changes() {
        let (old, new) = (Digest::of(b"old").hex(), Digest::of(b"new"));
        let hex = new.hex();
        let cases = [
            ("\n  p: { path: ../ü.wasm } # why", format!("\n  p: {{ sha256: {hex}, path: ../ü.wasm }} # why")),
            (" { p: { path: p.wasm } }", format!(" {{ p: {{ sha256: {hex}, path: p.wasm }} }}")),
            ("\n  p:\n    path: p.wasm # why", format!("\n  p:\n    sha256: {hex}\n    path: p.wasm # why")),
            ("\n  p:\n    path: 'p.wasm'\n", format!("\n  p:\n    sha256: {hex}\n    path: 'p.wasm'\n")),
            ("\n  p: {\n    path: p.wasm\n  }", format!("\n  p: {{\n    sha256: {hex}, path: p.wasm\n  }}")),
            (
                &format!("\n  p: {{ path: p.wasm, sha256: {old} }} # why"),
                format!("\n  p: {{ path: p.wasm, sha256: {hex} }} # why"),
            ),
            (
                &format!("\n  p:\n    path: p.wasm\n    sha256: >-\n      {old}"),
                format!("\n  p:\n    path: p.wasm\n    sha256: >-\n      {hex}"),
            ),
            (
                &format!("\n  p:\n    sha256: \"sha256:{old}\"\n    path: p.wasm"),
                format!("\n  p:\n    sha256: \"sha256:{hex}\"\n    path: p.wasm"),
            ),
        ];
        let name = PluginName::parse("p").unwrap();
        for (before, after) in cases {
            let written = pinned(Path::new("a.yaml"), &set(before), &name, new);
            assert_eq!(written.as_deref(), Some(set(&after).as_str()), "{before}");
            let again = pinned(Path::new("a.yaml"), &set(&after), &name, new);
            assert_eq!(again, written, "pinning twice changes nothing");
        }
    }

    #[test]
    fn a_text_in_which_no_place_is_found_is_left_alone() {
        let name = PluginName::parse("q").unwrap();
        assert_eq!(pinned(Path::new("a.yaml"), &set(" { p: { path: p.wasm } }"), &name, Digest::of(b"q")), None);
    }
}
