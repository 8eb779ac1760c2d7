//! What a plugin may import, as whoever loads it says.

/// What a component asks for and offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interfaces {
    /// Everything that it imports, by name.
    pub imports: Vec<String>,
    /// Everything that it exports, by name.
    pub exports: Vec<String>,
}

/// What plugins are held to.
pub trait Contract: Sync {
    /// Those of these imports that no plugin may have.
    fn exceeding(&self, imports: &[String]) -> Vec<String>;

    /// What the component itself imports; an error says why it is no plugin.
    fn imports(&self, component: &[u8]) -> Result<Vec<String>, String>;
}
