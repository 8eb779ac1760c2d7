//! Log lines to the host.

use super::bindings::tidegate::policy::log as wit;
use crate::log::Level;

pub(crate) fn write(level: Level, message: &str) {
    let level = match level {
        Level::Debug => wit::Level::Debug,
        Level::Info => wit::Level::Info,
        Level::Warn => wit::Level::Warn,
        Level::Error => wit::Level::Error,
    };
    wit::write(level, message);
}
