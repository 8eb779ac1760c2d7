//! Bytes on their way to a registry, which say how far they are.

use crate::progress::{Progress, Told};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// Bytes of one piece.
const PIECE_BYTES: usize = 256 * 1024;

/// A body in pieces.
pub(super) struct Sending {
    rest: Bytes,
    total: u64,
    told: Told,
}

impl Sending {
    pub(super) fn new(bytes: Bytes, told: Told) -> Self {
        Self { total: bytes.len() as u64, rest: bytes, told }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let next = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(next);
        self.told.tell(&Progress::Pushed { done: self.total - self.rest.len() as u64, total: self.total });
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    /// Exact: registries want to know the length beforehand.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
