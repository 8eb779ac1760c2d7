//! Lays default, file, variables and flags over each other.

use super::{
    Config, bundle, egress, environment, file,
    flags::Flags,
    kind::Given,
    mistake::{Mistake, Refused},
    notices, orders,
    origin::Origin,
    reach, sense,
    settings::{SETTINGS, Setting},
    traces,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use tidegate_evidence::secrets::{found_in, in_words, masked_text};

/// The sections that only the file has.
const BUNDLE: &str = "bundle";
const EGRESS: &str = "egress";
const ORDERS: &str = "orders";
const CONTACTS: &str = "notices.contacts";
const EXPORT: &str = "traces.export";

/// A configuration, and where its values come from.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    origins: BTreeMap<&'static str, Origin>,
}

/// One setting of an effective configuration, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As the file nests it, with dots.
    pub key: &'static str,
    /// As it is read; a list has several.
    pub values: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Loaded {
    /// As [`Config::load`], with the origin of every value.
    pub fn load(flags: &Flags, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Mistake>> {
        load(flags, variables)
    }

    /// Every setting, in a fixed order.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let line = |setting: &Setting| Line {
            key: setting.key,
            values: (setting.show)(&self.config),
            origin: self.origins.get(setting.key).cloned().unwrap_or(Origin::Default),
        };
        let section =
            |key, values| Line { key, values, origin: self.origins.get(key).cloned().unwrap_or(Origin::Default) };
        let bundle = section(BUNDLE, bundle::show(self.config.bundle.as_ref()));
        let egress = section(EGRESS, egress::show(&self.config.egress));
        let orders = section(ORDERS, orders::show(&self.config.orders));
        let contacts = section(CONTACTS, notices::show(&self.config.notices.contacts));
        let export = section(EXPORT, traces::show(self.config.traces.export.as_ref()));
        SETTINGS.iter().map(line).chain([bundle, egress, orders, contacts, export]).collect()
    }
}

/// The configuration, or everything that is wrong with it.
pub(super) fn load(
    flags: &Flags,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded, Vec<Mistake>> {
    let variables = environment::read(variables);
    let by_flag = flags.config.as_deref().map(|path| (path, Origin::Flag("--config")));
    let by_variable = || variables.file.as_deref().map(|path| (path, Origin::Variable("TIDEGATE_CONFIG".to_owned())));
    lay(file::read(by_flag.or_else(by_variable)), variables, flags)
}

/// Lays the three over the defaults.
pub(super) fn lay(
    content: file::Content,
    variables: environment::Variables,
    flags: &Flags,
) -> Result<Loaded, Vec<Mistake>> {
    let mut layers = Layers::default();
    let file::Content { folder, given, bundle, egress, orders, routes, export, mistakes, secrets } = content;
    if let Some((origin, bundle)) = bundle {
        layers.config.bundle = Some(bundle);
        layers.origins.insert(BUNDLE, origin);
    }
    if let Some((origin, destinations)) = egress {
        layers.config.egress = destinations;
        layers.origins.insert(EGRESS, origin);
    }
    if let Some((origin, orders)) = orders {
        layers.config.orders = orders;
        layers.origins.insert(ORDERS, origin);
    }
    if let Some((origin, contacts)) = routes {
        layers.config.notices.contacts = contacts;
        layers.origins.insert(CONTACTS, origin);
    }
    if let Some((origin, route)) = export {
        layers.config.traces.export = Some(route);
        layers.origins.insert(EXPORT, origin);
    }
    for (setting, origin, texts) in given {
        layers.apply(setting, origin, Given { texts: &texts, folder: &folder });
    }
    // What the schema found wrong with a value is not said again in other words.
    let in_file =
        std::mem::take(&mut layers.mistakes).into_iter().filter(|m| !mistakes.iter().any(|k| k.origin == m.origin));
    let mut in_file: Vec<Mistake> = in_file.chain(mistakes.iter().cloned()).collect();
    let told = |secret: &Mistake| in_file.iter().any(|other| place(&other.origin).0 == place(&secret.origin).0);
    let untold: Vec<Mistake> = secrets.into_iter().filter(|secret| !told(secret)).collect();
    in_file.extend(untold);
    in_file.sort_by_key(|mistake| place(&mistake.origin));
    let nowhere = Path::new("");
    for (setting, name, texts) in &variables.given {
        layers.apply(setting, Origin::Variable(name.clone()), Given { texts, folder: nowhere });
    }
    let mut in_variables = std::mem::take(&mut layers.mistakes);
    in_variables.extend(variables.mistakes);
    in_variables.sort_by_key(|mistake| mistake.origin.to_string());
    for (flag, key, texts) in flags.given() {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) {
            layers.apply(setting, Origin::Flag(flag), Given { texts: &texts, folder: nowhere });
        }
    }
    let mut all = in_file;
    all.append(&mut in_variables);
    all.append(&mut layers.mistakes);
    all.extend(sense::mistakes(&layers.config, &layers.origins, &layers.broken));
    all.extend(reach::mistakes(&layers.config, &layers.origins, &layers.broken));
    if all.is_empty() { Ok(Loaded { config: layers.config, origins: layers.origins }) } else { Err(all) }
}

#[derive(Default)]
struct Layers {
    config: Config,
    origins: BTreeMap<&'static str, Origin>,
    /// Settings of which some value was refused.
    broken: BTreeSet<&'static str>,
    mistakes: Vec<Mistake>,
}

impl Layers {
    fn apply(&mut self, setting: &'static Setting, origin: Origin, given: Given<'_>) {
        let secret = given.texts.iter().map(|text| found_in(text)).find(|found| !found.is_empty());
        let applied = match ((setting.apply)(&mut self.config, given), secret) {
            (Ok(()), Some(found)) => Err(file::held(&in_words(&found))),
            // It may repeat the value.
            (Err(refused), Some(_)) => Err(Refused { message: masked_text(&refused.message).into_owned(), ..refused }),
            (applied, None) => applied,
        };
        match applied {
            Ok(()) => {
                self.origins.insert(setting.key, origin);
            }
            Err(refused) => {
                self.broken.insert(setting.key);
                self.mistakes.push(refused.at(origin));
            }
        }
    }
}

fn place(origin: &Origin) -> (usize, usize) {
    match origin {
        Origin::File { line, column, .. } => (*line, *column),
        Origin::Default | Origin::Variable(_) | Origin::Flag(_) => (0, 0),
    }
}
