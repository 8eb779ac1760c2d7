//! The contract as this program knows it: what is built agrees with the host that will load it.

use crate::{
    embedded,
    files::{FileError, write_atomically},
};
use std::{fs, path::Path};

/// Writes the contract into the folder; a file that is there already with the same text is left alone.
pub(super) fn write_wit(folder: &Path) -> Result<(), FileError> {
    for (name, text) in embedded::below("wit") {
        let path = folder.join(name);
        if !fs::read(&path).is_ok_and(|there| there == text) {
            write_atomically(&path, text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write_wit;
    use std::{fs, path::Path};

    #[test]
    fn every_file_of_the_contract_is_written() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            write_wit(folder.path()).unwrap();
        }
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let files = fs::read_dir(contract).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "wit")) {
            let written = folder.path().join(file.file_name().unwrap());
            assert_eq!(fs::read(&written).unwrap(), fs::read(&file).unwrap(), "{}", file.display());
        }
    }
}
