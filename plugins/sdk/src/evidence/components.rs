//! A bill of materials.

use crate::backend;

/// One component of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
    /// Package URL.
    pub purl: Option<String>,
    /// SPDX expressions or names.
    pub licenses: Vec<String>,
}

/// The components of one document.
#[derive(Debug)]
pub struct BillOfMaterials(pub(crate) backend::Components);

impl BillOfMaterials {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.count()
    }

    /// The components, in order of appearance.
    #[must_use]
    pub fn components(&self, offset: u32, limit: u32) -> Vec<Component> {
        self.0.components(offset, limit)
    }

    /// Components that need one of the denied licences, or literally name one. One that states no licence is not among them.
    #[must_use]
    pub fn inside_licenses(&self, denied: &[String], offset: u32, limit: u32) -> Vec<Component> {
        self.0.inside_licenses(denied, offset, limit)
    }

    /// Components whose SPDX licence expression cannot be satisfied by the allowed licences alone.
    #[must_use]
    pub fn outside_licenses(&self, allowed: &[String], offset: u32, limit: u32) -> Vec<Component> {
        self.0.outside_licenses(allowed, offset, limit)
    }
}
