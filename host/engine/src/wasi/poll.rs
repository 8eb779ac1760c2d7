//! Things to wait for: all of them have happened already, so that no plugin can make the host wait.

use super::link::Interface;
use crate::{state::State, stop::Stop};
use wasmtime::{Result, StoreContextMut, component::Resource};

/// `pollable`
pub(super) struct Pollable;

/// `poll`
pub(super) fn poll(interface: &mut Interface<'_>) -> Result<()> {
    type This = Resource<Pollable>;
    interface.func_wrap("[method]pollable.ready", |_: StoreContextMut<'_, State>, (_,): (This,)| Ok((true,)))?;
    interface.func_wrap("[method]pollable.block", |_: StoreContextMut<'_, State>, (_,): (This,)| Ok(()))?;
    interface.func_wrap("poll", |_: StoreContextMut<'_, State>, (waited_for,): (Vec<This>,)| {
        let ready: Vec<u32> = (0_u32..).take(waited_for.len()).collect();
        // As WASI says: who waits for nothing would wait for ever.
        if ready.is_empty() { Err(Stop::WaitsForNothing.into()) } else { Ok((ready,)) }
    })
}
