//! Other policies while the gate serves, and what stays when they are bad.

mod broken;
mod bundles;
mod load;
pub(crate) mod program;
mod restart;
mod watch;
