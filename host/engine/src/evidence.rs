//! The `evidence` interface: views of documents that stay in the host, with predicates pushed down to it.
//!
//! Linked by hand rather than by `bindgen!`: rows hold `Arc<str>` and cost reference counts, not copies, and arguments are
//! measured before they are copied. [`rows`] are the contract's records, [`link`] its functions, and the rest is plain Rust
//! over core's rows, tested without WebAssembly.

pub(crate) mod columns;
pub(crate) mod link;
pub(crate) mod shown;

mod arguments;
mod filter;
mod licenses;
mod page;
mod rows;
mod scans;
mod small;
mod tests_report;
mod vulnerabilities;
