//! Randomness that the judgement's inputs determine: SHA-256 over their digest and a counter.

use super::{inputs::Seed, link::Interface};
use crate::{state::State, stop::Stop};
use sha2::{Digest as _, Sha256};
use wasmtime::{Result, StoreContextMut};

/// Bytes of one answer, at most; a plugin's deadline can strike between two.
const BYTES_MAX: u64 = 64 << 10;

/// One call's randomness.
pub(super) struct Random {
    seed: Seed,
    blocks: u64,
}

impl Random {
    /// The same seed gives the same bytes.
    pub(super) fn new(seed: Seed) -> Self {
        Self { seed, blocks: 0 }
    }

    fn block(&mut self, purpose: &[u8]) -> [u8; 32] {
        let block =
            Sha256::new().chain_update(self.seed.0).chain_update(self.blocks.to_le_bytes()).chain_update(purpose);
        block.finalize().into()
    }

    fn bytes(&mut self, len: u64) -> Result<Vec<u8>, Stop> {
        if len > BYTES_MAX {
            return Err(Stop::TooMuch { what: "random bytes asked for at once", used: len, allowed: BYTES_MAX });
        }
        let len = usize::try_from(len).unwrap_or_default();
        let mut bytes = Vec::with_capacity(len.next_multiple_of(32));
        while bytes.len() < len {
            bytes.extend_from_slice(&self.block(b"bytes"));
            self.blocks += 1;
        }
        bytes.truncate(len);
        Ok(bytes)
    }

    fn number(&mut self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.block(b"bytes");
        self.blocks += 1;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// For the hash tables of one call: the same however often it is asked for.
    fn of_hash_tables(&self) -> (u64, u64) {
        let mut apart = Self { seed: Seed(Sha256::digest(self.seed.0).into()), blocks: 0 };
        (apart.number(), apart.number())
    }
}

/// `random`
pub(super) fn random(interface: &mut Interface<'_>) -> Result<()> {
    numbers(interface, "get-random-bytes", "get-random-u64")
}

/// `insecure`
pub(super) fn insecure(interface: &mut Interface<'_>) -> Result<()> {
    numbers(interface, "get-insecure-random-bytes", "get-insecure-random-u64")
}

fn numbers(interface: &mut Interface<'_>, bytes: &str, number: &str) -> Result<()> {
    interface.func_wrap(bytes, |mut store: StoreContextMut<'_, State>, (len,): (u64,)| {
        Ok((store.data_mut().inert()?.random.bytes(len)?,))
    })?;
    interface.func_wrap(number, |mut store: StoreContextMut<'_, State>, (): ()| {
        Ok((store.data_mut().inert()?.random.number(),))
    })
}

/// `insecure-seed`
pub(super) fn insecure_seed(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("insecure-seed", |mut store: StoreContextMut<'_, State>, (): ()| {
        Ok((store.data_mut().inert()?.random.of_hash_tables(),))
    })
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Random};
    use crate::wasi::inputs::Seed;

    #[test]
    fn a_seed_determines_everything_and_another_gives_something_else() {
        let drawn = |seed| {
            let mut random = Random::new(Seed([seed; 32]));
            (random.bytes(40).unwrap(), random.number(), random.of_hash_tables(), random.bytes(8).unwrap())
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        let (first, _, _, second) = drawn(1);
        assert_ne!(first[..8], second, "what was drawn is not drawn again");
    }

    #[test]
    fn too_many_at_once_are_refused_with_both_numbers() {
        let mut random = Random::new(Seed([0; 32]));
        assert_eq!(random.bytes(0).unwrap().len(), 0);
        assert_eq!(random.bytes(BYTES_MAX).unwrap().len() as u64, BYTES_MAX);
        let error = random.bytes(BYTES_MAX + 1).unwrap_err().to_string();
        assert_eq!(error, "random bytes asked for at once: 65537 used, 65536 allowed");
    }
}
