//! Puts what a new plugin project consists of into the program: the templates, the SDK's sources, the contract, and the versions of
//! the dependencies that the SDK is tested with.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Folders of the repository, each with the name under which its files are embedded.
const FOLDERS: [(&str, &str); 3] = [("plugins/templates", "templates"), ("plugins/sdk", "sdk"), ("wit", "wit")];
/// What a build or an installation leaves in a folder is no part of it.
const LEFTOVERS: [&str; 4] = ["target", "node_modules", "__pycache__", "dist"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let mut files = Vec::new();
    for (folder, name) in FOLDERS {
        let path = root.join(folder);
        println!("cargo:rerun-if-changed={}", path.display());
        collect(&path, name, &mut files)?;
    }
    for (file, name) in [("Cargo.toml", "workspace/Cargo.toml"), ("Cargo.lock", "workspace/Cargo.lock")] {
        let path = root.join(file);
        println!("cargo:rerun-if-changed={}", path.display());
        files.push((name.to_owned(), path));
    }
    files.sort();
    let mut table = String::from(
        "/// Path and bytes of each file, sorted by path.\npub(crate) const FILES: &[(&str, &[u8])] = &[\n",
    );
    for (name, path) in &files {
        writeln!(table, "    ({name:?}, include_bytes!({:?})),", path.canonicalize()?)?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), table)?;
    Ok(())
}

fn collect(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let own = path.file_name().and_then(|own| own.to_str()).ok_or("a file's name is no UTF-8")?.to_owned();
        if own.starts_with('.') || own.ends_with(".wasm") || LEFTOVERS.contains(&own.as_str()) {
            continue;
        }
        let name = format!("{name}/{own}");
        if path.is_dir() {
            collect(&path, &name, files)?;
        } else {
            files.push((name, path));
        }
    }
    Ok(())
}
