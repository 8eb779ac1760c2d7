//! History judged by a candidate: what would have been decided otherwise, by whom that is answered for, and what cannot be told.

use super::{PASSES, ask};
use crate::world::{gate, plugins, set_with};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// One of two cases fails.
const HALF: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/><testcase classname=\"a\" name=\"c\"><failure \
                    message=\"no\"/></testcase></testsuite>";

/// A set that lets so many percent of the tests be enough.
fn set(rate: u8) -> String {
    set_with("")
        .replace("min_pass_rate: 100", &format!("min_pass_rate: {rate}"))
        .replace("owner: Test", "owner: A <b>Team</b>")
}

fn candidate(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), text).unwrap();
    folder
}

/// The data of a gate that stopped: a deployment that passed, and one of which half failed, by a set that asks for everything.
async fn history(rate: u8) -> TempDir {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = candidate(&set(rate));
    let gate = gate().policies(folder.path().to_owned()).run().await;
    let asked = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&gate, PASSES), 200);
        assert_eq!(ask(&gate, HALF), if rate > 50 { 409 } else { 200 });
        gate
    });
    asked.await.unwrap().stop().await
}

/// Exit code, stdout and stderr.
fn tidegate(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments).arg("--data-dir").arg(data.join("data"));
    let output = command.env("XDG_CACHE_HOME", data.join("cache")).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn impact(data: &Path, with: &Path) -> (i32, Value) {
    let (exit, out, error) = tidegate(data, &["policy", "impact", "--json", "--with", with.to_str().unwrap()]);
    (exit, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{error}")))
}

fn counts(impact: &Value) -> [u64; 6] {
    ["refused_now", "allowed_now", "otherwise", "not_taken", "not_replayable", "same"]
        .map(|change| impact["counts"][change].as_u64().unwrap())
}

async fn blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(job).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_that_says_the_same_changes_nothing() {
    let data = history(100).await;
    blocking(move || {
        let same = candidate(&set(100));
        let (exit, found) = impact(data.path(), same.path());
        assert_eq!((exit, counts(&found)), (0, [0, 0, 0, 0, 0, 2]), "{found:#}");
        assert_eq!((&found["newly_blocking"], found["decisions"].as_array().unwrap().len()), (&json!([]), 2));
        let with = same.path().to_str().unwrap();
        let (exit, out, error) = tidegate(data.path(), &["replay", "--since", "1h", "--with", with]);
        assert!(exit == 0 && out.contains("\nsame: 2\n") && !out.contains("changes: "), "{out}");
        assert!(error.contains("note: judged 2 of 2"), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_looser_candidate_allows_what_was_refused() {
    let data = history(100).await;
    blocking(move || {
        let looser = candidate(&set(50));
        let (exit, found) = impact(data.path(), looser.path());
        assert_eq!((exit, counts(&found)), (1, [0, 1, 0, 0, 0, 1]), "{found:#}");
        let changed = &found["decisions"][1];
        assert_eq!((&changed["change"], &changed["then"]["outcome"]), (&json!("allowed_now"), &json!("REMEDIATE")));
        assert_eq!((&changed["now"]["outcome"], &changed["now"]["allowed"]), (&json!("DEPLOY"), &json!(true)));
        assert_eq!((&changed["newly_blocking"], &found["newly_blocking"]), (&json!([]), &json!([])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stricter_candidate_refuses_and_names_rule_service_and_owner_in_every_form() {
    let data = history(50).await;
    blocking(move || {
        let stricter = candidate(&set(100));
        let (exit, found) = impact(data.path(), stricter.path());
        assert_eq!((exit, counts(&found)), (1, [1, 0, 0, 0, 0, 1]), "{found:#}");
        let rule = json!([{"rule": "unit_tests/tests.pass-rate", "decisions": 1, "services": ["api"]}]);
        assert_eq!(found["newly_blocking"], rule);
        let group = &found["groups"][0];
        assert_eq!((&group["service"], &group["owner"]), (&json!("api"), &json!("A <b>Team</b>")));
        assert_eq!((&group["counts"]["refused_now"], &group["counts"]["same"]), (&json!(1), &json!(1)));
        assert_eq!(group["newly_blocking"], json!(["unit_tests/tests.pass-rate"]));

        let page = data.path().join("page.html");
        let with = stricter.path().to_str().unwrap();
        let (exit, out, _) =
            tidegate(data.path(), &["replay", "--since", "30d", "--with", with, "--html", page.to_str().unwrap()]);
        assert_eq!(exit, 1);
        assert!(out.contains("\nrefused now: 1\n"), "{out}");
        assert!(out.contains("newly blocking: unit_tests/tests.pass-rate (decisions: 1; services: api)"), "{out}");
        assert!(
            out.contains("DEPLOY allowed 50% then, REMEDIATE refused 50% now, by unit_tests/tests.pass-rate"),
            "{out}"
        );
        let page = fs::read_to_string(page).unwrap();
        assert!(page.contains("<h1>1 of 2 decisions would change</h1>"), "{page}");
        assert!(page.contains("<td>A &lt;b&gt;Team&lt;/b&gt;</td>") && !page.contains("<b>"), "{page}");
        assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_set_fits_any_more_is_not_taken() {
    let data = history(100).await;
    blocking(move || {
        let elsewhere = candidate(&set(100).replace("environments: [\"*\"]", "environments: [staging]"));
        let (exit, found) = impact(data.path(), elsewhere.path());
        assert_eq!((exit, counts(&found)), (1, [0, 0, 0, 2, 0, 0]), "{found:#}");
        assert_eq!(found["decisions"][0]["owner"], "A <b>Team</b>", "the candidate's set of that name");
        assert!(found["decisions"][0]["not_taken"].as_str().unwrap().contains("policy set"), "{found:#}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_judged_again_is_listed_and_counts_as_neither() {
    let data = history(100).await;
    super::tampered::remove_bodies(data.path(), "evidence").await;
    blocking(move || {
        let same = candidate(&set(100));
        let (exit, found) = impact(data.path(), same.path());
        assert_eq!((exit, counts(&found)), (3, [0, 0, 0, 0, 2, 0]), "{found:#}");
        assert_eq!(found["decisions"][0]["not_replayable"]["kind"], "body_gone");
        let with = same.path().to_str().unwrap();
        let (_, out, _) = tidegate(data.path(), &["policy", "impact", "--with", with]);
        assert!(out.contains("\nnot replayable: 2\n") && out.contains("cannot be told: "), "{out}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_candidate_is_told_with_all_its_mistakes_and_their_lines() {
    let data = history(100).await;
    blocking(move || {
        let broken = candidate(&set(100).replace("owner:", "ownr:").replace("title: Unit Tests", "titel: Unit Tests"));
        let with: PathBuf = broken.path().to_owned();
        let (exit, out, error) = tidegate(data.path(), &["policy", "impact", "--with", with.to_str().unwrap()]);
        assert_eq!((exit, &*out), (2, ""), "{error}");
        assert!(error.contains("all.yaml:3:") && error.contains("`ownr`"), "{error}");
        assert!(error.contains("all.yaml:8:") && error.contains("`titel`"), "{error}");
        for arguments in [
            &["replay", "--since", "30d"][..],
            &["replay", "--with", "x"],
            &["replay", "--since", "30", "--with", "x"],
            &["replay", "d1", "--since", "30d", "--with", "x"],
            &["policy", "impact"],
        ] {
            assert_eq!(tidegate(data.path(), arguments).0, 64, "{arguments:?}");
        }
    })
    .await;
}
