//! The SDK's manifest without the workspace that it belongs to here: what it takes from there is written out.

/// What a line takes from the workspace ends so.
const INHERITED: &str = ".workspace = true";

/// The manifest for a place outside of the workspace.
pub(super) fn alone(manifest: &str, workspace: &str) -> String {
    let mut lines: Vec<String> = manifest.lines().map(|line| written_out(line, workspace)).collect();
    lines.push(String::new());
    lines.join("\n")
}

/// `serde.workspace = true` is the workspace's own line of `serde`; so is `serde = { workspace = true, optional = true }`, with what it adds.
fn written_out(line: &str, workspace: &str) -> String {
    if let Some(key) = line.strip_suffix(INHERITED) {
        return inherited(key, workspace).unwrap_or(line).to_owned();
    }
    let Some((key, more)) = line.split_once(" = { workspace = true, ") else { return line.to_owned() };
    match inherited(key, workspace).and_then(|own| own.split_once(" = ")) {
        Some((_, own)) => match own.strip_suffix(" }") {
            Some(table) => format!("{key} = {table}, {more}"),
            None => format!("{key} = {{ version = {own}, {more}"),
        },
        None => line.to_owned(),
    }
}

/// The workspace's line of that key, without the comment behind it.
fn inherited<'a>(key: &str, workspace: &'a str) -> Option<&'a str> {
    let line = workspace.lines().find(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = ")))?;
    Some(line.split_once(" #").map_or(line, |(line, _)| line).trim_end())
}

#[cfg(test)]
mod tests {
    use super::alone;

    #[test]
    fn what_is_inherited_is_written_out_and_the_rest_stays() {
        let workspace = "version = \"0.1.0\"\nserde = { version = \"1\", features = [\"derive\"] } # shapes\nserde_json = \"1\" # JSON\n";
        for (line, expected) in [
            ("version.workspace = true", "version = \"0.1.0\"\n"),
            ("serde.workspace = true", "serde = { version = \"1\", features = [\"derive\"] }\n"),
            (
                "serde = { workspace = true, optional = true }",
                "serde = { version = \"1\", features = [\"derive\"], optional = true }\n",
            ),
            (
                "serde_json = { workspace = true, optional = true }",
                "serde_json = { version = \"1\", optional = true }\n",
            ),
            ("name = \"tidegate-sdk\"", "name = \"tidegate-sdk\"\n"),
        ] {
            assert_eq!(alone(line, workspace), expected);
        }
    }

    #[test]
    fn nothing_of_the_sdk_stays_with_the_workspace() {
        let manifest = alone(crate::embedded::text("sdk/Cargo.toml"), crate::embedded::text("workspace/Cargo.toml"));
        assert!(manifest.contains("name = \"tidegate-sdk\"") && !manifest.contains("workspace = true"), "{manifest}");
    }
}
