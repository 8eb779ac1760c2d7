//! The one place with unsafe code: machine code from disk becomes a component.
//!
//! `Component::deserialize` trusts its bytes: whoever chooses them runs code in this process. It asks for bytes that
//! `Component::serialize` returned. They are:
//!
//! 1. [`Authentic`] can only be made by `Key::authenticate`, which checks an HMAC-SHA256 over the file's name and every byte.
//! 2. The only code that makes such a code is `Cache::put`, over what `Component::serialize` returned and nothing else.
//! 3. The key is random, and lies in a file that only this user can read, in a directory that only this user can write.
//! 4. The bytes handed over are the very bytes in memory that were authenticated: nobody can exchange them in between, as they
//!    could with a file that is mapped after it was checked.
//! 5. A version or configuration other than the engine's is refused by wasmtime itself, and is part of the name besides.

use super::authentic::Authentic;
use wasmtime::{Engine, component::Component};

/// The component in authentic bytes; `None` when this engine cannot use them.
#[expect(
    unsafe_code,
    reason = "deserialising trusts its bytes; the head of this file proves that these can be trusted"
)]
pub(super) fn load(engine: &Engine, code: Authentic<'_>) -> Option<Component> {
    // SAFETY: the bytes are what `Component::serialize` returned, by 1 to 4 above.
    unsafe { Component::deserialize(engine, code.bytes()) }.ok()
}
