//! Projects as somebody would have them: an example, or a template with its name filled in.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tidegate_workbench::{
    languages::{Language, python::COMPONENTIZE_PY},
    testing::root,
};

const NODE_MODULES: &str = "PLUGIN_NODE_MODULES";
const REQUIRED: &str = "LANGUAGES_REQUIRED";

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    language: Language,
}

/// A folder for projects, with the tools that there are.
pub(crate) struct Workshop {
    folder: tempfile::TempDir,
    node: Option<PathBuf>,
    python: bool,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = env::var_os(NODE_MODULES).map(PathBuf::from);
        let python = env::var_os(COMPONENTIZE_PY).is_some();
        for (name, there) in [(NODE_MODULES, node.is_some()), (COMPONENTIZE_PY, python)] {
            if !there {
                assert!(env::var_os(REQUIRED).is_none(), "{REQUIRED} is set, and {name} is not");
                eprintln!("left out: {name} does not say where the tools of this language are");
            }
        }
        // Found by every project below, as node looks for packages.
        if let Some(node) = &node {
            std::os::unix::fs::symlink(node, folder.path().join("node_modules")).unwrap();
        }
        Self { folder, node, python }
    }

    /// Those that can be built here.
    pub(crate) fn languages(&self) -> Vec<Language> {
        let there = |language: &Language| match language {
            Language::Rust => true,
            Language::TypeScript => self.node.is_some(),
            Language::Python => self.python,
        };
        Language::ALL.into_iter().filter(there).collect()
    }

    /// A copy, but for one in Rust, which belongs to the workspace.
    pub(crate) fn example(&self, rule: &str, language: Language) -> Project {
        let source = root().join("examples/plugins").join(rule).join(language.word());
        let folder = self.folder.path().join(format!("{rule}-{}", language.word()));
        let folder = match language {
            Language::Rust => source,
            Language::TypeScript => {
                copy(&source, &folder, &|text| text.to_owned());
                folder
            }
            Language::Python => {
                let sdk = root().join("plugins/sdk/python").display().to_string();
                copy(&source, &folder, &|text| text.replace("../../../../plugins/sdk/python", &sdk));
                folder
            }
        };
        Project { name: rule.to_owned(), folder, language }
    }

    pub(crate) fn template(&self, language: Language, kind: &str) -> Project {
        let templates = root().join("plugins/templates").join(language.word());
        let folder = self.folder.path().join(format!("template-{}-{kind}", language.word()));
        let fill = |text: &str| text.replace("plugin-name", "my-rule").replace("plugin-kind", kind);
        for part in ["shared", kind] {
            copy(&templates.join(part), &folder, &fill);
        }
        let sdk = root().join("plugins/sdk").join(language.word());
        let vendor = folder.join(if language == Language::Python { "vendor" } else { "vendor/tidegate-sdk" });
        copy(&sdk, &vendor, &|text| text.to_owned());
        Project { name: "my-rule".to_owned(), folder, language }
    }

    /// Beside the project's own tests those of the SDK's helpers: one table for all languages.
    pub(crate) fn add_tests_of_helpers(&self, project: &Project) {
        let (folder, file) = match project.language {
            Language::Rust => return,
            Language::TypeScript => ("test", "helpers.test.ts"),
            Language::Python => ("tests", "test_helpers.py"),
        };
        for file in [file, "table.json"] {
            let from = root().join("host/workbench/tests/languages/helpers").join(file);
            fs::copy(from, project.folder.join(folder).join(file)).unwrap();
        }
    }

    /// The project's own tests, without WebAssembly, and what its language says of types.
    pub(crate) fn test_natively(&self, project: &Project) {
        match project.language {
            Language::Rust => {}
            Language::TypeScript => {
                run(Command::new("npm").args(["run", "types"]), project);
                run(Command::new("npm").arg("test"), project);
            }
            // Without files of its own beside the SDK: they would make plugins that are built from it look old.
            Language::Python => {
                run(Command::new("python3").args(["-m", "unittest"]).env("PYTHONDONTWRITEBYTECODE", "1"), project);
            }
        }
    }
}

fn run(command: &mut Command, project: &Project) {
    let output = command.current_dir(&project.folder).output().unwrap();
    let words = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{project:?}: {command:?}\n{}", String::from_utf8_lossy(&words));
}

fn copy(from: &Path, to: &Path, change: &impl Fn(&str) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if ["node_modules", "build", "__pycache__"].contains(&name) || name.ends_with(".wasm") {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name), change);
        } else {
            fs::write(to.join(name), change(&fs::read_to_string(&path).unwrap())).unwrap();
        }
    }
}
