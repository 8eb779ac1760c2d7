//! Every shipped plugin's reference page says what the plugin says. `TIDEGATE_BLESS=1` writes the pages anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{env, fs, path::Path};
use tidegate_engine::{config::EngineConfig, engine::Engine};
use tidegate_workbench::{
    reference::page,
    shipped::SHIPPED,
    testing::{root, shipped_plugin},
};

/// Folders beside the plugins that hold none.
const NO_PLUGINS: [&str; 3] = ["sdk", "testing", "templates"];

fn folders() -> Vec<String> {
    let entries = fs::read_dir(root().join("plugins")).unwrap().map(|entry| entry.unwrap().path());
    let plugins = entries.filter(|path| path.join("Cargo.toml").is_file());
    let mut names: Vec<String> = plugins.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.retain(|name| !NO_PLUGINS.contains(&name.as_str()));
    names.sort();
    names
}

#[test]
fn every_folder_of_a_plugin_is_shipped() {
    let mut shipped = SHIPPED.map(str::to_owned);
    shipped.sort();
    assert_eq!(folders(), shipped);
}

#[test]
fn every_shipped_plugin_has_a_reference_page_that_says_what_it_says() {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let bless = env::var_os("TIDEGATE_BLESS").is_some_and(|value| value == "1");
    for name in folders() {
        let plugin = engine.load(&shipped_plugin(&name)).unwrap();
        let page = page(&plugin.description, &plugin.kinds);
        let file = Path::new("plugins").join(&name).join("REFERENCE.md");
        let path = root().join(&file);
        let mut written = fs::read_to_string(&path).unwrap_or_default();
        // Only then: a plugin is built again when a file in its folder is newer.
        if bless && written != page {
            fs::write(&path, &page).unwrap();
            written = fs::read_to_string(&path).unwrap();
        }
        assert!(written == page, "{} is not what the plugin says; TIDEGATE_BLESS=1 writes it anew", file.display());
    }
}
