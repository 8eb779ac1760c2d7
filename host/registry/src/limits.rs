//! How much of anything is read.

/// Bytes of a component; what a gate loads, at most.
pub const COMPONENT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Bytes of a bundle: its policies and components.
pub const BUNDLE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Components of a bundle.
pub const BUNDLE_LAYERS_MAX: u64 = 256;
/// Bytes of a bundle's policies.
pub const POLICIES_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Bytes of a manifest.
pub const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of a config: it names imports and exports.
pub const CONFIG_BYTES_MAX: u64 = 1024 * 1024;
/// Signatures of one artifact.
pub const SIGNATURES_MAX: usize = 64;
/// Bytes of what one of them signs.
pub const PAYLOAD_BYTES_MAX: u64 = 64 * 1024;
/// Bytes of a token server's answer.
pub(crate) const TOKEN_BYTES_MAX: u64 = 256 * 1024;
/// Bytes of an answer that says what went wrong.
pub(crate) const REFUSAL_BYTES_MAX: u64 = 16 * 1024;
/// Characters of a stranger's text that an error repeats.
pub(crate) const TEXT_CHARS_MAX: usize = 200;

/// More than there may be of something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is too large: {used} {unit} used, {allowed} allowed")]
pub struct TooMuch {
    /// Of what.
    pub what: &'static str,
    /// In what it is counted.
    pub unit: &'static str,
    /// How much there is, as far as it was counted.
    pub used: u64,
    /// How much there may be.
    pub allowed: u64,
}

impl TooMuch {
    pub(crate) fn bytes(what: &'static str, used: u64, allowed: u64) -> Result<(), Self> {
        if used > allowed { Err(Self { what, unit: "bytes", used, allowed }) } else { Ok(()) }
    }
}
