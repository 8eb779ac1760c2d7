//! Law 1 as a property: taking away what speaks for an item never makes a pass of anything else.

use crate::world::{ALL, HOUR, NOW, doc, labelled};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, prop_oneof},
    prop_assert, proptest,
    sample::select,
};
use tidegate_sdk::{
    evidence::small::{Standing, Statement},
    report::Outcome,
};

/// One item of each sort.
const SETTINGS: &str = r#"{"items": {"feature_branches_merged": {}, "version_numbers_updated": {"need": "if_applicable"},
    "customer_communication_prepared": {"need": "if_downtime_expected"}, "database_backup_completed": {"max_age": "24h"},
    "code_review_completed": {"independent": true}, "own": {"title": "Own", "need": "if_applicable", "max_age": "2h", "four_eyes": true}}}"#;
const ASKED: [&str; 6] = [ALL[0], ALL[3], ALL[19], ALL[20], ALL[1], "own"];
/// Those that may be said not to apply.
const APPLICABLE: [&str; 2] = [ALL[3], "own"];

fn statement() -> impl Strategy<Value = Statement> {
    let standing =
        prop_oneof![8 => Just(Standing::Met), 1 => Just(Standing::Unmet), 1 => Just(Standing::NotApplicable)];
    let at = prop_oneof![6 => Just(NOW - HOUR), 1 => Just(NOW - 25 * HOUR), 1 => Just(NOW + 1)];
    (select(&ASKED[..]), standing, at, select(&["alice", "bob", "carol"][..]), select(&["", "why"][..])).prop_map(
        |(item, standing, at, by, note)| Statement {
            item: item.to_owned(),
            standing,
            by: by.to_owned(),
            at,
            link: None,
            note: note.to_owned(),
        },
    )
}

/// Whether the statement is one that the item is the worse for.
fn speaks_against(said: &Statement) -> bool {
    match said.standing {
        Standing::Met => false,
        Standing::Unmet => true,
        Standing::NotApplicable => !APPLICABLE.contains(&said.item.as_str()),
    }
}

fn passes(statements: Vec<Statement>) -> bool {
    let report = labelled(SETTINGS, &[("author", "carol")], vec![doc(statements)]);
    matches!(report.outcome, Outcome::Pass | Outcome::NotApplicable)
}

proptest! {
    /// Most of what is drawn states every item once and a few things more, so that both answers are drawn often.
    #[test]
    fn taking_a_statement_away_never_makes_a_pass_unless_it_spoke_against_its_item(
        base in vec(statement(), 0..12),
        whole in select(&[true, true, false][..]),
        dropped in 0_usize..20,
    ) {
        let each = ASKED.iter().map(|item| Statement {
            item: (*item).to_owned(), standing: Standing::Met, by: "bob".to_owned(), at: NOW - HOUR, link: None, note: String::new(),
        });
        let mut all: Vec<Statement> = if whole { each.chain(base).collect() } else { base };
        if passes(all.clone()) {
            // Then each item was stated: without all that is said about one, it is not.
            for item in ASKED {
                let without: Vec<Statement> = all.iter().filter(|said| said.item != item).cloned().collect();
                prop_assert!(!passes(without), "passes without `{item}`");
            }
        } else if !all.is_empty() {
            let gone = all.remove(dropped % all.len());
            prop_assert!(speaks_against(&gone) || !passes(all), "passes without {gone:?}");
        }
    }
}
