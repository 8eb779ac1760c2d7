//! Writes a test for every folder of `plugins/testing`: one without a function of its name in `tests/misbehaving/checks.rs` does not
//! compile, and neither does a function there without a folder, because it is never used.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../../plugins/testing");
    println!("cargo::rerun-if-changed=build.rs");
    let mut names = Vec::new();
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    let mut tests = String::new();
    for name in names {
        let test = name.replace('-', "_");
        writeln!(tests, "#[test]\nfn {test}() {{\n    checks::{test}(&world::subject({name:?}));\n}}\n")?;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("misbehaving.rs"), tests)?;
    Ok(())
}
