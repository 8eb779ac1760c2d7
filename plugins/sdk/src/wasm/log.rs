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

/// A panic's words and its line go to the log before the instance ends: nobody else would ever see them.
pub(crate) fn panics() {
    std::panic::set_hook(Box::new(|panic| write(Level::Error, &panic.to_string().replace('\n', " "))));
}
