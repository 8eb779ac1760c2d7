//! Compares a file with its schema.

use super::{
    Mistakes, Positions,
    nearest::nearest,
    positions::escaped,
    words::{expected, first_sentence, kind_of, names, quoted, shown_value},
};
use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};
use serde_json::Value;

/// Known keys that are listed when none is near.
const KEYS_LISTED_MAX: usize = 16;

/// Adds everything in which the value is not what the schema asks for.
pub(super) fn compare(json: &Value, positions: &Positions, schema: &Value, mistakes: &mut Mistakes) {
    let validator = match jsonschema::validator_for(schema) {
        Ok(validator) => validator,
        Err(error) => {
            let message = format!("the schema of this kind of file is itself wrong: {error}");
            mistakes.push(positions.at(""), String::new(), message, None);
            return;
        }
    };
    let mut comparison = Comparison { positions, schema, mistakes };
    for error in validator.iter_errors(json) {
        comparison.explain(&error);
    }
}

struct Comparison<'a> {
    positions: &'a Positions,
    schema: &'a Value,
    mistakes: &'a mut Mistakes,
}

impl Comparison<'_> {
    fn explain(&mut self, error: &ValidationError<'_>) {
        let pointer = error.instance_path().as_str();
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                for key in unexpected {
                    self.unknown_key(error, pointer, key);
                }
            }
            Kind::Required { property } => self.missing_key(error, pointer, property.as_str().unwrap_or_default()),
            Kind::PropertyNames { error: inner } => {
                let key = inner.instance().as_str().unwrap_or_default().to_owned();
                let pointer = format!("{pointer}/{}", escaped(&key));
                let message = self.worded(inner).unwrap_or_else(|| message(inner, self.keyword(inner)));
                self.mistakes.push(self.positions.key_at(&pointer), pointer, message, None);
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } if self.worded(error).is_none() => {
                self.alternatives(error, pointer, context);
            }
            Kind::UniqueItems => {
                let index = first_repeated(error.instance());
                let message =
                    format!("{} is listed twice", error.instance().get(index).map_or_else(String::new, shown_value));
                let pointer = format!("{pointer}/{index}");
                self.mistakes.push(self.positions.at(&pointer), pointer, message, None);
            }
            _ => self.value(error, pointer),
        }
    }

    fn unknown_key(&mut self, error: &ValidationError<'_>, pointer: &str, key: &str) {
        let known: Vec<&str> = self.siblings(error).map(|(name, _)| name).collect();
        let hint = match nearest(key, known.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.is_empty() || known.len() > KEYS_LISTED_MAX => None,
            None => Some(format!("known keys here: {}", names(known))),
        };
        let pointer = format!("{pointer}/{}", escaped(key));
        self.mistakes.push(self.positions.key_at(&pointer), pointer, format!("unknown key {}", quoted(key)), hint);
    }

    fn missing_key(&mut self, error: &ValidationError<'_>, pointer: &str, key: &str) {
        let says = self.siblings(error).find(|(name, _)| *name == key).and_then(|(_, schema)| self.description(schema));
        let hint = says.map(|description| format!("{key}: {}", first_sentence(&description)));
        self.mistakes.push(self.positions.at(pointer), pointer.to_owned(), format!("`{key}` is missing"), hint);
    }

    fn value(&mut self, error: &ValidationError<'_>, pointer: &str) {
        let mut message = self.worded(error).unwrap_or_else(|| message(error, self.keyword(error)));
        let hint = match (error.kind(), &**error.instance()) {
            (Kind::Enum { options }, Value::String(text)) => nearest_of(text, options),
            (Kind::Type { .. }, unquoted @ (Value::Number(_) | Value::Bool(_)))
                if asks_for_text(self.keyword(error)) =>
            {
                match self.around(error).and_then(|around| misses_pattern(unquoted, around)) {
                    Some(words) => {
                        message = format!("{} {words}", shown_value(unquoted));
                        None
                    }
                    None => Some("put it in quotes".to_owned()),
                }
            }
            _ => None,
        };
        self.mistakes.push(self.positions.at(pointer), pointer.to_owned(), message, hint);
    }

    /// Of several alternatives the one counts that is of the right type; alternatives that are single words are listed.
    fn alternatives(&mut self, error: &ValidationError<'_>, pointer: &str, context: &[Vec<ValidationError<'static>>]) {
        let of_wrong_type = |e: &ValidationError<'_>| {
            e.instance_path() == error.instance_path() && matches!(e.kind(), Kind::Type { .. })
        };
        let words: Option<Vec<&str>> = context.iter().map(|errors| only_word(errors)).collect();
        if let Some(words) = words {
            let message = format!("{} is not one of {}", shown_value(error.instance()), names(words.iter().copied()));
            let hint = error.instance().as_str().and_then(|text| nearest(text, words));
            let hint = hint.map(|near| format!("did you mean `{near}`?"));
            self.mistakes.push(self.positions.at(pointer), pointer.to_owned(), message, hint);
            return;
        }
        match context.iter().find(|errors| !errors.iter().any(of_wrong_type)) {
            Some(errors) => errors.iter().for_each(|error| self.explain(error)),
            None => self.value(error, pointer),
        }
    }

    /// The schema's own words for what is wrong.
    fn worded(&self, error: &ValidationError<'_>) -> Option<String> {
        let around = self.around(error)?;
        let key = if matches!(error.kind(), Kind::Pattern { .. }) { "patternErrorMessage" } else { "errorMessage" };
        let words = around.get(key).or_else(|| around.get("errorMessage"))?.as_str()?;
        match &**error.instance() {
            Value::String(text) if key == "patternErrorMessage" => Some(format!("{} {words}", quoted(text))),
            _ => Some(words.to_owned()),
        }
    }

    fn keyword(&self, error: &ValidationError<'_>) -> Option<&Value> {
        self.schema.pointer(error.schema_path().as_str())
    }

    /// The schema object whose keyword was violated.
    fn around(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
        self.schema.pointer(parent)
    }

    /// The properties of the schema whose keyword was violated, but for those that are not to be used.
    fn siblings(&self, error: &ValidationError<'_>) -> impl Iterator<Item = (&str, &Value)> {
        let mut path = error.schema_path().as_str();
        // `required` may stand in a condition inside the schema that has the properties.
        let mut properties = None;
        while let (None, Some((parent, _))) = (properties, path.rsplit_once('/')) {
            properties = self.schema.pointer(parent).and_then(|around| around.get("properties")?.as_object());
            path = parent;
        }
        let offered = |(_, schema): &(&String, &Value)| schema.get("doNotSuggest") != Some(&Value::Bool(true));
        properties.into_iter().flatten().filter(offered).map(|(name, schema)| (name.as_str(), schema))
    }

    fn description(&self, schema: &Value) -> Option<String> {
        let own = schema.get("description");
        let referred = || self.schema.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)?.get("description");
        own.or_else(referred)?.as_str().map(str::to_owned)
    }
}

/// The word that an alternative consists of.
fn only_word<'a>(errors: &'a [ValidationError<'static>]) -> Option<&'a str> {
    match errors {
        [error] => match error.kind() {
            Kind::Constant { expected_value } => expected_value.as_str(),
            _ => None,
        },
        _ => None,
    }
}

fn nearest_of(text: &str, options: &Value) -> Option<String> {
    let known = options.as_array()?.iter().filter_map(Value::as_str);
    nearest(text, known).map(|near| format!("did you mean `{near}`?"))
}

fn asks_for_text(types: Option<&Value>) -> bool {
    match types {
        Some(Value::Array(several)) => several.iter().any(|one| one == "string"),
        other => other.is_some_and(|one| one == "string"),
    }
}

/// What the schema says of texts that do not match its pattern, when quotes alone would not make this value one that does.
fn misses_pattern<'a>(unquoted: &Value, around: &'a Value) -> Option<&'a str> {
    let words = around.get("patternErrorMessage")?.as_str()?;
    let pattern = serde_json::json!({ "pattern": around.get("pattern")? });
    let matches = jsonschema::validator_for(&pattern).ok()?.is_valid(&Value::String(unquoted.to_string()));
    (!matches).then_some(words)
}

fn first_repeated(list: &Value) -> usize {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .enumerate()
        .find(|(i, item)| items.iter().take(*i).any(|earlier| earlier == *item))
        .map_or(0, |(i, _)| i)
}

fn message(error: &ValidationError<'_>, keyword: Option<&Value>) -> String {
    let value = &**error.instance();
    let entries = || match value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        Value::String(text) => text.chars().count(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    let shown = shown_value(value);
    match error.kind() {
        Kind::Type { .. } => format!("expected {}, found {}", expected(keyword), kind_of(value)),
        Kind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            let listed: Vec<String> = options.iter().map(shown_value).collect();
            format!("{shown} is not one of {}", listed.join(", "))
        }
        Kind::Constant { expected_value } => format!("expected {}, found {shown}", shown_value(expected_value)),
        Kind::Maximum { limit } => format!("{shown} is too large: at most {limit} allowed"),
        Kind::Minimum { limit } => format!("{shown} is too small: at least {limit} needed"),
        Kind::ExclusiveMaximum { limit } => format!("{shown} is too large: less than {limit} allowed"),
        Kind::ExclusiveMinimum { limit } => format!("{shown} is too small: more than {limit} needed"),
        Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            format!("too many entries: {} used, {limit} allowed", entries())
        }
        Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            format!("too few entries: {} given, {limit} needed", entries())
        }
        Kind::MaxLength { limit } => format!("too long: {} characters used, {limit} allowed", entries()),
        Kind::MinLength { limit: 1 } => "the text is empty".to_owned(),
        Kind::MinLength { limit } => format!("too short: {} characters given, {limit} needed", entries()),
        Kind::Pattern { pattern } => format!("{shown} does not match `{pattern}`"),
        Kind::FalseSchema | Kind::Not { .. } => format!("{shown} is not allowed here"),
        _ => {
            let words = error.masked_with("the value").to_string();
            quoted(&words).trim_matches('`').to_owned()
        }
    }
}
