//! The rules that modules define, and where.

use regorus::Engine;

/// The head of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Components of the package, without `data`.
    pub(crate) package: Vec<String>,
    pub(crate) name: String,
    pub(crate) is_function: bool,
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: u32,
    /// The module, and the rule in it, in the interpreter's order.
    pub(crate) module: usize,
    pub(crate) rule: usize,
}

impl Head {
    /// The package as people write it: `kubernetes.security`.
    pub(crate) fn namespace(&self) -> String {
        self.package.join(".")
    }

    /// `main.deny_root`, by which findings know it.
    pub(crate) fn full_name(&self) -> String {
        format!("{}.{}", self.namespace(), self.name)
    }

    /// The interpreter's way to it: `data.main.deny_root`.
    pub(crate) fn path(&self) -> String {
        path(&self.package, &self.name)
    }
}

/// The interpreter's way to a rule.
pub(crate) fn path(package: &[String], rule: &str) -> String {
    let mut path = String::from("data");
    for component in package.iter().map(String::as_str).chain([rule]) {
        if is_name(component) {
            path.push('.');
            path.push_str(component);
        } else {
            path.push_str(&format!("[{}]", serde_json::Value::from(component)));
        }
    }
    path
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Every head of every module, in order.
pub(crate) fn of(engine: &mut Engine) -> anyhow::Result<Vec<Head>> {
    let packages = engine.get_policy_package_components()?;
    let mut heads = Vec::new();
    for (module, (read, package)) in engine.get_modules().iter().zip(&packages).enumerate() {
        for (rule, read) in read.policy.iter().enumerate() {
            let span = read.span();
            let text = span.text();
            // `default deny = …` is the same rule.
            let text =
                text.strip_prefix("default").filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(text);
            let text = text.trim_start();
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            heads.push(Head {
                package: package.components.clone(),
                name: name.to_owned(),
                is_function: rest.starts_with('('),
                file: package.source_file.clone(),
                line: span.line,
                module,
                rule,
            });
        }
    }
    Ok(heads)
}
