//! The configuration file.

use super::{
    bundle::{self, BundleConfig},
    egress,
    mistake::{Mistake, Refused},
    notices::{self, Reached, Route},
    orders::{self, OrderConfig},
    origin::Origin,
    schema,
    settings::{SETTINGS, Setting},
    traces,
};
use crate::egress::destination::DestinationConfig;
use crate::looked_through::{SecretAt, look_through};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};
use tidegate_bundle::document::{self, Positions};

/// The file that is read when none is named and it is there.
const USUAL: &str = "tidegate.yaml";

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Where the file lies: its relative paths begin here.
    pub(super) folder: PathBuf,
    /// Settings, in the order of [`SETTINGS`].
    pub(super) given: Vec<(&'static Setting, Origin, Vec<String>)>,
    /// Whose signed bundles it takes, and the place that says so.
    pub(super) bundle: Option<(Origin, BundleConfig)>,
    /// Where the gate may ask others, and the place that says so.
    pub(super) egress: Option<(Origin, BTreeMap<String, DestinationConfig>)>,
    /// What programs are told to do, and the place that says so.
    pub(super) orders: Option<(Origin, BTreeMap<String, OrderConfig>)>,
    /// Where contacts are reached, and the place that says so.
    pub(super) routes: Option<(Origin, BTreeMap<String, Reached>)>,
    /// Where span trees go, and the place that says so.
    pub(super) export: Option<(Origin, Route)>,
    /// In the order of the file.
    pub(super) mistakes: Vec<Mistake>,
    /// Secrets; what else is wrong with their lines is said instead.
    pub(super) secrets: Vec<Mistake>,
}

/// Reads the file that was named, or the usual one if it is there.
pub(super) fn read(named: Option<(&str, Origin)>) -> Content {
    let path = named.as_ref().map_or(USUAL, |(path, _)| *path);
    let text = match (bounded_text(Path::new(path)), named) {
        (Ok(text), _) => text,
        (Err(FileError::Io(error)), None) if error.kind() == io::ErrorKind::NotFound => return Content::default(),
        (Err(FileError::Io(error)), Some((path, origin))) => {
            let message = format!("cannot read {}: {error}", document::quoted(path));
            return Content { mistakes: vec![Refused::because(message).at(origin)], ..Content::default() };
        }
        (Err(error), _) => {
            let origin = Origin::File { file: path.to_owned(), line: 1, column: 1 };
            return Content { mistakes: vec![Refused::because(error.to_string()).at(origin)], ..Content::default() };
        }
    };
    without_secrets(&text, path)
}

/// There is nothing secret in a configuration: it is printed, and messages repeat it.
fn without_secrets(text: &str, file: &str) -> Content {
    let found = look_through(text);
    let mut content = parse(&found.text, file);
    let at = |secret: &SecretAt| Origin::File { file: file.to_owned(), line: secret.line, column: secret.column };
    content.secrets = found.secrets.iter().map(|secret| held(&secret.kinds).at(at(secret))).collect();
    content
}

/// A secret in a value.
pub(super) fn held(kinds: &str) -> Refused {
    Refused::because(format!("holds {kinds}: a configuration is printed, and holds no secret"))
        .hint("name the file or the variable that holds it, where the setting takes one")
}

/// Reads the text of a file.
pub(super) fn parse(text: &str, file: &str) -> Content {
    let examined = document::examine::<Value>(text, file, schema::parsed());
    let folder = Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default();
    let mut mistakes: Vec<Mistake> = examined.mistakes.sorted().into_iter().map(Mistake::from).collect();
    let Some((value, positions)) = examined.read else {
        return Content { folder, mistakes, ..Content::default() };
    };
    let bundle = bundle::read(&value, &positions, &folder, &mut mistakes);
    let bundle = bundle.map(|bundle| (at(&positions, "/bundle"), bundle));
    let destinations = egress::read(&value, &positions, &folder, &mut mistakes);
    let egress = value.get("egress").map(|_| (at(&positions, "/egress"), destinations));
    let orders = orders::read(&value, &positions, &folder, &mut mistakes);
    let orders = value.get("orders").map(|_| (at(&positions, "/orders"), orders));
    let routes = notices::read(&value, &positions, &mut mistakes);
    let routes = value.pointer("/notices/contacts").map(|_| (at(&positions, "/notices/contacts"), routes));
    let export = traces::read(&value, &positions, &mut mistakes);
    let export = export.map(|route| (at(&positions, traces::POINTER), route));
    let given = SETTINGS.iter().filter_map(|setting| given(setting, &value, &positions)).collect();
    Content { folder, given, bundle, egress, orders, routes, export, mistakes, secrets: Vec::new() }
}

fn given(
    setting: &'static Setting,
    file: &Value,
    positions: &Positions,
) -> Option<(&'static Setting, Origin, Vec<String>)> {
    let pointer = setting.pointer();
    let texts = match file.pointer(&pointer)? {
        Value::Array(items) => items.iter().map(text).collect::<Option<Vec<_>>>()?,
        one => vec![text(one)?],
    };
    Some((setting, at(positions, &pointer), texts))
}

fn at(positions: &Positions, pointer: &str) -> Origin {
    let at = positions.at(pointer);
    Origin::File { file: positions.file().to_owned(), line: at.line, column: at.column }
}

/// A scalar as it is read; anything else is a mistake that the schema has found already.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("too large: over {allowed} bytes used, {allowed} allowed", allowed = document::FILE_BYTES_MAX)]
    TooLarge,
    #[error("is not UTF-8")]
    NotUtf8,
}

fn bounded_text(path: &Path) -> Result<String, FileError> {
    let allowed = document::FILE_BYTES_MAX;
    let mut bytes = Vec::new();
    File::open(path)?.take(allowed as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > allowed {
        return Err(FileError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| FileError::NotUtf8)
}
