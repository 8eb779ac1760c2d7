//! Who asks, and what they may do.
//!
//! A principal is known by a bearer token that this gate issued, or by one of an issuer that its policies name. What it may do
//! stands in its grants: roles, each for some environments and some services. Nothing else counts: what a caller types about
//! themselves is a claim.
//!
//! **Invariant:** default deny: what no grant names is refused. **Invariant:** a secret is shown once, when it is made, and kept
//! by nobody.

pub mod holder;
pub mod oidc;
pub mod principal;
pub mod role;
pub mod secret;
pub mod tokens;
