//! History judged by a candidate bundle: what would have been decided otherwise, and whom that concerns.
//!
//! Each decision is the case that it was, at the moment at which it was asked, with the limits of then; policies and plugins alone are the
//! candidate's. So nothing says how long the candidate takes, and people keep the names by which they were recorded. What cannot be known
//! is listed and never counted as the same.

pub mod compared;
mod history;
pub mod run;
pub mod summary;
