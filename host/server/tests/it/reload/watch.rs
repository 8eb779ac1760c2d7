//! Files that change under a gate which looks at them.

use crate::reload::bundles::{Folder, Version, ask, gate, ready, shown, status, with};
use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Nobody waits that long for what is coming; a test that waits for nothing ends.
const ENDLESS: Duration = Duration::from_secs(60);

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < ENDLESS, "{what}: not after {ENDLESS:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn in_force(address: SocketAddr, version: Version) {
    wait_until(version.word(), || status(address)["policy_sets"][0]["version"] == version.word());
    assert_eq!(shown(&ask(address, "production")), version.shown("production"));
}

/// As a mounted config map does it: the files are links into a folder that is exchanged by renaming a link to it.
struct Mounted {
    folder: Folder,
    versions: usize,
}

impl Mounted {
    fn new(version: Version) -> Self {
        let mut mounted = Self { folder: Folder::new(), versions: 0 };
        mounted.exchange(version);
        for file in ["production.yaml", "staging.yaml", "first.wasm", "second.wasm"] {
            symlink(format!("..data/{file}"), mounted.path(file)).unwrap();
        }
        mounted
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn exchange(&mut self, version: Version) {
        self.versions += 1;
        let data = format!("..{}", self.versions);
        fs::create_dir(self.path(&data)).unwrap();
        version.write(&self.path(&data));
        symlink(&data, self.path("..next")).unwrap();
        fs::rename(self.path("..next"), self.path("..data")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_files_are_loaded_and_bad_ones_change_nothing() {
    ready().await;
    let mut mounted = Mounted::new(Version::Strict);
    let gate = gate(&mounted.folder)
        .configured(|config| config.reload.watch = Duration::from_millis(50))
        .run_with_token()
        .await;
    let (gate, ()) = with(gate, move |gate| {
        let address = gate.address;
        in_force(address, Version::Strict);
        mounted.exchange(Version::Lenient);
        in_force(address, Version::Lenient);
        fs::write(mounted.path("bad.yaml"), "policy_set: [").unwrap();
        wait_until("refused", || status(address)["last_reload"]["result"] == "refused");
        in_force(address, Version::Lenient);
        // The next change is taken as if nothing had happened.
        fs::remove_file(mounted.path("bad.yaml")).unwrap();
        mounted.exchange(Version::Strict);
        in_force(address, Version::Strict);
        let last = status(address)["last_reload"].clone();
        assert_eq!((&last["trigger"], &last["result"]), (&"watch".into(), &"activated".into()));
    })
    .await;
    gate.stop().await;
}
