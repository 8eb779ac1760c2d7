//! Other policies while the gate serves, and what stays when they are bad.

mod broken;
pub(crate) mod bundles;
mod load;
pub(crate) mod program;
mod pulled;
mod restart;
mod watch;
