//! Which objects a constraint is for. A criterion that is not known is a mistake: passed over, it would leave objects out.

mod labels;

use super::{inventory::Inventory, object::Object};
use crate::annotations::{key, text};
use labels::Selector;
use regorus::Value;

/// Kinds that are never in a namespace. Others without one get it when they are deployed, so `scope: Namespaced` means them.
const CLUSTER_KINDS: [&str; 17] = [
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CSIDriver",
    "CSINode",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];

/// Groups, and kinds in them; of either, none are all.
type Kinds = (Vec<String>, Vec<String>);

/// What `spec.match` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matching {
    kinds: Vec<Kinds>,
    namespaces: Vec<String>,
    excluded_namespaces: Vec<String>,
    labels: Option<Selector>,
    namespace_labels: Option<Selector>,
    scope: Scope,
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Scope {
    #[default]
    Any,
    Cluster,
    Namespaced,
}

impl Matching {
    /// Reads it, or says what is wrong with it.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let mut matching = Self::default();
        let entries = value.as_object().map_err(|_| "`match` is no mapping".to_owned())?;
        for (name, value) in entries.iter_sorted() {
            let name = text(name).unwrap_or_default();
            match name.as_str() {
                _ if *value == Value::Null => {}
                "kinds" => matching.kinds = kinds(value)?,
                "namespaces" => matching.namespaces = texts(value, &name)?,
                "excludedNamespaces" => matching.excluded_namespaces = texts(value, &name)?,
                "labelSelector" => matching.labels = Some(Selector::read(value)?),
                "namespaceSelector" => matching.namespace_labels = Some(Selector::read(value)?),
                "name" => matching.name = text(value),
                "scope" => {
                    matching.scope = match text(value).as_deref() {
                        Some("*" | "") => Scope::Any,
                        Some("Cluster") => Scope::Cluster,
                        Some("Namespaced") => Scope::Namespaced,
                        _ => return Err(format!("`match.scope: {value}` is not supported")),
                    };
                }
                // What documents hold is written by somebody, and expanded from nothing.
                "source" if matches!(text(value).as_deref(), Some("All" | "Original" | "")) => {}
                _ => return Err(format!("`match.{name}` is not supported")),
            }
        }
        Ok(matching)
    }

    /// Whether the constraint is for this object; an error where that cannot be known.
    pub(crate) fn fits(&self, object: &Object, inventory: &Inventory) -> Result<bool, String> {
        let is_one_of = |all: &[String], text: &str| all.iter().any(|one| one == "*" || one == text);
        let fits_kind = |(groups, kinds): &Kinds| {
            (groups.is_empty() || is_one_of(groups, &object.group))
                && (kinds.is_empty() || is_one_of(kinds, &object.kind))
        };
        let namespace = if object.kind == "Namespace" { &object.name } else { &object.namespace };
        let is_in = |patterns: &[String]| patterns.iter().any(|pattern| glob(pattern, namespace));
        let in_scope = match self.scope {
            Scope::Any => true,
            Scope::Cluster => object.namespace.is_empty(),
            Scope::Namespaced => !object.namespace.is_empty() || !CLUSTER_KINDS.contains(&object.kind.as_str()),
        };
        // Without a namespace, nothing that is said of namespaces leaves an object out.
        let in_namespaces = namespace.is_empty()
            || ((self.namespaces.is_empty() || is_in(&self.namespaces)) && !is_in(&self.excluded_namespaces));
        let has_name = self.name.as_ref().is_none_or(|name| glob(name, &object.name));
        let has_labels = self.labels.as_ref().is_none_or(|selector| selector.fits(object.metadata("labels")));
        let fits = (self.kinds.is_empty() || self.kinds.iter().any(fits_kind))
            && in_scope
            && in_namespaces
            && has_name
            && has_labels;
        Ok(fits && self.fits_namespace_labels(object, namespace, inventory)?)
    }

    fn fits_namespace_labels(&self, object: &Object, namespace: &str, inventory: &Inventory) -> Result<bool, String> {
        let Some(selector) = self.namespace_labels.as_ref().filter(|_| !namespace.is_empty()) else { return Ok(true) };
        let found = if object.kind == "Namespace" { Some(object) } else { inventory.namespace(namespace) };
        let found = found.ok_or_else(|| {
            format!("namespace `{namespace}` of {} is in no document, and its labels are asked for", object.shown())
        })?;
        Ok(selector.fits(found.metadata("labels")))
    }
}

fn kinds(value: &Value) -> Result<Vec<Kinds>, String> {
    let all = value.as_array().map_err(|_| "`match.kinds` is no list".to_owned())?;
    let list = |one: &Value, name: &str| key(one, name).map_or_else(|| Ok(Vec::new()), |value| texts(value, name));
    all.iter().map(|one| Ok((list(one, "apiGroups")?, list(one, "kinds")?))).collect()
}

fn texts(value: &Value, name: &str) -> Result<Vec<String>, String> {
    let texts = value.as_array().ok().and_then(|all| all.iter().map(text).collect::<Option<Vec<_>>>());
    texts.ok_or_else(|| format!("`match.{name}` is a list of texts"))
}

/// A `*` at the beginning, at the end, or both.
fn glob(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(rest), Some(_)) => text.contains(rest.strip_suffix('*').unwrap_or_default()),
        (Some(end), None) => text.ends_with(end),
        (None, Some(beginning)) => text.starts_with(beginning),
        (None, None) => pattern == text,
    }
}
