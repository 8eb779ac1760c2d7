//! Identity tokens, signed here and by others, against everything that was ever tried with them.

mod believed;
mod issuer;
mod keys;
mod signatures;
