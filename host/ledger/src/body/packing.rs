//! Compression, with memory that is used again: most bodies are small, and to get it ready takes longer than to compress one.

use std::{io, sync::Mutex};
use zstd::bulk::{Compressor, Decompressor};

const LEVEL: i32 = 3;
/// Bytes of a body for which memory is kept; what a larger one needs is given back.
const SMALL_MAX: usize = 256 << 10;
/// Of each kind so many are kept.
const KEPT_MAX: usize = 8;

static COMPRESSORS: Mutex<Vec<Compressor<'static>>> = Mutex::new(Vec::new());
static DECOMPRESSORS: Mutex<Vec<Decompressor<'static>>> = Mutex::new(Vec::new());

pub(super) fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = taken(&COMPRESSORS).map_or_else(|| Compressor::new(LEVEL), Ok)?;
    let compressed = compressor.compress(bytes)?;
    if bytes.len() <= SMALL_MAX {
        keep(&COMPRESSORS, compressor);
    }
    Ok(compressed)
}

/// To so many bytes at most.
pub(super) fn decompress(bytes: &[u8], size: usize) -> io::Result<Vec<u8>> {
    let mut decompressor = taken(&DECOMPRESSORS).map_or_else(Decompressor::new, Ok)?;
    let decompressed = decompressor.decompress(bytes, size)?;
    if size <= SMALL_MAX {
        keep(&DECOMPRESSORS, decompressor);
    }
    Ok(decompressed)
}

/// One that was kept, where nobody panicked meanwhile.
fn taken<T>(kept: &Mutex<Vec<T>>) -> Option<T> {
    kept.lock().ok()?.pop()
}

fn keep<T>(kept: &Mutex<Vec<T>>, one: T) {
    if let Ok(mut kept) = kept.lock()
        && kept.len() < KEPT_MAX
    {
        kept.push(one);
    }
}
