//! Plugins as they were built against every version of the contract: each build of the host loads them, and judges their cases as it did then.

use crate::world::root;
use std::{collections::BTreeSet, fs, process::Command};
use tidegate_workbench::inspect::inspect;

#[test]
fn components_of_every_version_of_the_contract_still_do_what_their_cases_say() {
    let (mut seen, folder) = (BTreeSet::new(), root().join("host/server/tests/frozen"));
    for entry in fs::read_dir(&folder).unwrap() {
        let project = entry.unwrap().path();
        let component = fs::read(project.join("frozen.wasm")).unwrap();
        let inspection = inspect(&component).unwrap();
        let plugin = inspection.plugin.unwrap_or_else(|error| panic!("{}: {error}", project.display()));
        assert!(plugin.warnings.is_empty(), "{}: {:?}", project.display(), plugin.warnings);
        seen.extend(inspection.exports);
        let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["plugin", "test", "--no-build", "--coverage-min", "100"])
            .arg(&project)
            .output()
            .unwrap();
        let talk = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{}: {talk}", project.display());
    }
    // Whoever adds a version of the contract adds what was built against it.
    let expected = ["gate", "plugin", "rollback", "severity"].map(|name| format!("tidegate:policy/{name}@0.1.0"));
    assert_eq!(seen, BTreeSet::from(expected));
}
