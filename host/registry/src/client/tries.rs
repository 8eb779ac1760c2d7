//! Trying again what may pass.

use super::{Client, error::RequestError};
use crate::progress::Progress;

/// The attempts at one thing.
pub(super) struct Tries<'a> {
    client: &'a Client,
    failed: u32,
}

impl<'a> Tries<'a> {
    pub(super) fn of(client: &'a Client) -> Self {
        Self { client, failed: 0 }
    }

    /// After an attempt that failed: waits, and returns the error when there is to be no other.
    pub(super) async fn again(&mut self, error: RequestError) -> Result<(), RequestError> {
        self.failed = self.failed.saturating_add(1);
        let options = &self.client.options;
        let wait = options.patience.after(self.failed, error.cause.retry_after());
        let Some(wait) = wait.filter(|_| error.cause.is_passing()) else { return Err(error) };
        options.told.tell(&Progress::Again { why: &error.to_string(), wait });
        tokio::time::sleep(wait).await;
        Ok(())
    }
}
