//! A constraint template: the rules of one kind of constraint.

use crate::{
    annotations::{key, text as text_of},
    engine::{Rules, Source},
    heads::Head,
    settings::{Settings, Text, Version},
};
use regorus::Value;

/// Where Gatekeeper's templates are for.
const TARGET: &str = "admission.k8s.gatekeeper.sh";

/// A template that is ready to be asked.
#[derive(Debug)]
pub(crate) struct Template {
    /// Of the constraints that use it.
    pub(crate) kind: String,
    pub(crate) rules: Rules,
    /// Definitions of `violation`; at least one.
    pub(crate) definitions: Vec<Head>,
    pub(crate) reads_inventory: bool,
}

/// The Rego of a template.
struct Code {
    rego: String,
    libs: Vec<String>,
    version: Option<Version>,
}

/// Every template of a file, or everything that is wrong with them.
pub(super) fn compile_all(values: &[Value], text: &Text, settings: &Settings) -> Result<Vec<Template>, Vec<String>> {
    let (mut templates, mut mistakes) = (Vec::new(), Vec::new());
    for value in values {
        match compile(value, text, settings) {
            Ok(template) => templates.push(template),
            Err(more) => mistakes.extend(more),
        }
    }
    if mistakes.is_empty() { Ok(templates) } else { Err(mistakes) }
}

fn compile(value: &Value, text: &Text, settings: &Settings) -> Result<Template, Vec<String>> {
    let one = |message: &str| vec![format!("{}: {message}", text.file)];
    if key(value, "kind").and_then(text_of).as_deref() != Some("ConstraintTemplate") {
        return Err(one("it is no `ConstraintTemplate`"));
    }
    let spec = key(value, "spec");
    let names = ["crd", "spec", "names", "kind"];
    let kind = names.iter().fold(spec, |value, name| key(value?, name)).and_then(text_of);
    let kind = kind.ok_or_else(|| one("`spec.crd.spec.names.kind` is missing"))?;
    let code = code(spec).map_err(|message| one(&format!("template `{kind}`: {message}")))?;
    let version = code.version.or(text.version).or(settings.version).unwrap_or(Version::V0);
    let modules: Vec<String> =
        [&code.rego].into_iter().chain(&code.libs).map(|rego| lined_up(rego, &text.source)).collect();
    let sources: Vec<Source<'_>> =
        modules.iter().map(|module| Source { file: &text.file, text: module, version }).collect();
    let rules = Rules::compile(&sources, None, settings.builtin_errors())?;
    let is_asked = |head: &&Head| head.module == 0 && head.name == "violation" && !head.is_function;
    let definitions: Vec<Head> = rules.heads().iter().filter(is_asked).cloned().collect();
    if definitions.is_empty() {
        return Err(one(&format!("template `{kind}` has no rule `violation`, so nothing would be asked")));
    }
    let reads_inventory = modules.iter().any(|module| module.contains("inventory"));
    Ok(Template { kind, rules, definitions, reads_inventory })
}

fn code(spec: Option<&Value>) -> Result<Code, String> {
    let targets = spec.and_then(|spec| key(spec, "targets")).and_then(|all| all.as_array().ok());
    let mut targets = targets.map(|all| all.iter()).into_iter().flatten();
    let (Some(target), None) = (targets.next(), targets.next()) else {
        return Err("it has to have one entry in `spec.targets`".to_owned());
    };
    match key(target, "target").and_then(text_of) {
        Some(name) if name == TARGET => {}
        name => return Err(format!("target `{}` is not supported: `{TARGET}` is", name.unwrap_or_default())),
    }
    let Some(engines) = key(target, "code").and_then(|code| code.as_array().ok()) else {
        return rego_of(target, None);
    };
    let is_rego = |engine: &&Value| key(engine, "engine").and_then(text_of).as_deref() == Some("Rego");
    let engine = engines.iter().find(is_rego);
    let engine = engine.ok_or("its code is not Rego: other engines are not supported")?;
    let source = key(engine, "source").ok_or("its Rego has no `source`")?;
    let version = match key(source, "version").and_then(text_of).as_deref() {
        Some("v1") => Some(Version::V1),
        Some("v0") => Some(Version::V0),
        None => None,
        Some(other) => return Err(format!("version `{other}` of Rego is not supported: `v0` and `v1` are")),
    };
    rego_of(source, version)
}

fn rego_of(value: &Value, version: Option<Version>) -> Result<Code, String> {
    let rego = key(value, "rego").and_then(text_of).ok_or("it has no `rego`")?;
    let libs = match key(value, "libs") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(libs)) => {
            let libs: Option<Vec<String>> = libs.iter().map(text_of).collect();
            libs.ok_or("`libs` is a list of texts")?
        }
        Some(_) => return Err("`libs` is a list of texts".to_owned()),
    };
    Ok(Code { rego, libs, version })
}

/// The module with as many empty lines before it as it stands below the beginning of its file, so that lines are the file's. Where it
/// cannot be found there (a folded text, say), lines are its own.
fn lined_up(rego: &str, file: &str) -> String {
    let wanted: Vec<&str> = rego.lines().map(str::trim).skip_while(|line| line.is_empty()).collect();
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    let Some(end) = wanted.iter().rposition(|line| !line.is_empty()) else { return rego.to_owned() };
    let wanted = &wanted[..=end];
    match lines.windows(wanted.len()).position(|window| window == wanted) {
        Some(line) => format!("{}{}", "\n".repeat(line), rego.trim_start_matches(['\n', '\r'])),
        None => rego.to_owned(),
    }
}
