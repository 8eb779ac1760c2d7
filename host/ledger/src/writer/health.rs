//! Whether the last thing that the store was asked to do was done.

use crate::error::RecordError;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Option<RecordError>>);

impl Health {
    /// Learns from a batch: well, unless one of its errors is the store's fault.
    pub(crate) fn learn<'a>(&self, errors: impl IntoIterator<Item = &'a RecordError>) {
        let fault = errors.into_iter().find(|error| error.is_of_the_store()).cloned();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// What is wrong, if anything is.
    pub(crate) fn fault(&self) -> Option<RecordError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
