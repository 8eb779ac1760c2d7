//! What core claims: every test drives [`tidegate_core::judge::judge`] or one pure function, with native closures as plugins.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod deployment;
mod evidence;
mod golden;
mod laws;
mod permit;
mod stages;
mod support;
