//! `data.inventory`: the objects that are there already.

use super::object::Object;
use regorus::Value;
use std::collections::BTreeMap;

/// Objects by where Gatekeeper puts them.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    cluster: Tree,
    namespace: BTreeMap<String, Tree>,
    namespaces: BTreeMap<String, Object>,
}

/// By `apiVersion`, kind and name.
type Tree = BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>;

impl Inventory {
    /// Of these; `judged` are known by their namespaces' labels only.
    pub(crate) fn of(objects: &[Object], judged: &[Object]) -> Self {
        let mut inventory = Self::default();
        for object in objects {
            let tree = if object.namespace.is_empty() {
                &mut inventory.cluster
            } else {
                inventory.namespace.entry(object.namespace.clone()).or_default()
            };
            let version = if object.group.is_empty() {
                object.version.clone()
            } else {
                format!("{}/{}", object.group, object.version)
            };
            let kinds = tree.entry(version).or_default();
            kinds.entry(object.kind.clone()).or_default().insert(object.name.clone(), object.value.clone());
        }
        for object in objects.iter().chain(judged).filter(|object| object.kind == "Namespace") {
            inventory.namespaces.insert(object.name.clone(), object.clone());
        }
        inventory
    }

    /// A namespace that somebody handed in.
    pub(crate) fn namespace(&self, name: &str) -> Option<&Object> {
        self.namespaces.get(name)
    }

    /// As `data`.
    pub(crate) fn data(&self) -> Value {
        let namespaces = self.namespace.iter().map(|(name, tree)| (Value::from(name.as_str()), value(tree)));
        let inventory =
            object([(Value::from("cluster"), value(&self.cluster)), (Value::from("namespace"), object(namespaces))]);
        object([(Value::from("inventory"), inventory)])
    }
}

fn object(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::from(entries.into_iter().collect::<BTreeMap<_, _>>())
}

fn value(tree: &Tree) -> Value {
    let name = |name: &String| Value::from(name.as_str());
    object(tree.iter().map(|(version, kinds)| {
        let kinds = kinds
            .iter()
            .map(|(kind, objects)| (name(kind), object(objects.iter().map(|(of, object)| (name(of), object.clone())))));
        (name(version), object(kinds))
    }))
}
