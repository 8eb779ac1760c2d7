//! Tiles and entry bundles by the paths of C2SP tlog-tiles: `0/x001/x234/067`, `1/000.p/17`, `entries/000`.

use crate::tree::{TILE_HEIGHT, TILE_WIDTH};
use std::{fmt, str::FromStr};

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileOf {
    /// Hashes of this level: of leaves at 0, of full tiles of the level below above it.
    Hashes(u32),
    /// Leaves.
    Entries,
}

/// A tile, as a path names it after `tile/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// What it holds.
    pub of: TileOf,
    /// Counted from the left.
    pub index: u64,
    /// How many: 256 in a full tile.
    pub width: u64,
}

/// A path that names no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not the path of a tile: expected a level or `entries`, an index in groups of three digits such as `x001/234`, \
     and for a part of a tile `.p/` and its width from 1 to 255",
    path.escape_debug()
)]
pub struct TileError {
    /// The path given, cut after 80 characters.
    pub path: String,
}

impl Tile {
    /// What the tile spans at its level, when there can be such a one.
    pub(crate) fn range(&self) -> Option<std::ops::Range<u64>> {
        let start = self.index.checked_mul(TILE_WIDTH)?;
        let end = start.checked_add(self.width)?;
        let level = match self.of {
            TileOf::Hashes(level) => level,
            TileOf::Entries => 0,
        };
        // No tree is taller than its size has bits.
        ((1..=TILE_WIDTH).contains(&self.width) && level < u64::BITS / TILE_HEIGHT).then_some(start..end)
    }

    fn read(path: &str) -> Option<Self> {
        let (of, rest) = path.split_once('/')?;
        let of = if of == "entries" { TileOf::Entries } else { TileOf::Hashes(of.parse().ok()?) };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok().filter(|width| *width < TILE_WIDTH)?),
            None => (rest, TILE_WIDTH),
        };
        let index = index.replace(['x', '/'], "").parse().ok()?;
        Some(Self { of, index, width })
    }
}

impl FromStr for Tile {
    type Err = TileError;
    fn from_str(path: &str) -> Result<Self, TileError> {
        // There is one way to write each: signs, leading zeroes and groups of another length are not it.
        let tile = Self::read(path).filter(|tile| tile.range().is_some() && tile.to_string() == path);
        tile.ok_or_else(|| TileError { path: path.chars().take(80).collect() })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            TileOf::Hashes(level) => write!(f, "{level}/")?,
            TileOf::Entries => write!(f, "entries/")?,
        }
        let (mut rest, mut groups) = (self.index / 1000, vec![format!("{:03}", self.index % 1000)]);
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        write!(f, "{}", groups.join("/"))?;
        if self.width < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Tile, TileOf};

    #[test]
    fn paths_are_those_of_the_specification() {
        for (path, of, index, width) in [
            ("0/x001/x234/067", TileOf::Hashes(0), 1_234_067, 256),
            ("0/000", TileOf::Hashes(0), 0, 256),
            ("0/273.p/112", TileOf::Hashes(0), 273, 112),
            ("1/001.p/17", TileOf::Hashes(1), 1, 17),
            ("2/000.p/1", TileOf::Hashes(2), 0, 1),
            ("entries/x001/000.p/255", TileOf::Entries, 1000, 255),
        ] {
            let tile = Tile { of, index, width };
            assert_eq!(path.parse(), Ok(tile), "{path}");
            assert_eq!(tile.to_string(), path);
        }
    }

    #[test]
    fn other_paths_are_refused() {
        for path in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "0/x000/001",
            "0/1000",
            "0/001/234",
            "0/x001",
            "0/xx01/234",
            "00/000",
            "+0/000",
            "-1/000",
            "8/000",
            "64/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/+1",
            "0/000/",
            "/0/000",
            "data/000",
            "Entries/000",
            "0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert!(path.parse::<Tile>().is_err(), "{path}");
        }
    }
}
