//! Where tests read what was logged.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// Text in memory, shared by its clones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// What `tracing_subscriber` asks for.
    pub(crate) fn writer(&self) -> impl Fn() -> Memory + Send + Sync + 'static {
        let memory = self.clone();
        move || memory.clone()
    }

    /// What was written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
