//! CEL's `||` and `&&` settle what either side settles, whichever stands first. What was not found is never what settles it.

use crate::world::{documents, hold};
use tidegate_sdk::report::Outcome::{Fail, Inconclusive, Pass};

#[test]
fn one_side_settles_what_the_other_cannot_say_in_either_order() {
    hold(
        documents(),
        &[
            // Whatever the document would say, the answer is the same: nothing unseen was believed.
            ("documents[9].complete || true", Pass),
            ("true || documents[9].complete", Pass),
            ("documents[9].complete && false", Fail),
            ("false && documents[9].complete", Fail),
            // Here it matters, so there is no answer.
            ("documents[9].complete || false", Inconclusive),
            ("false || documents[9].complete", Inconclusive),
            ("documents[9].complete && true", Inconclusive),
            ("true && documents[9].complete", Inconclusive),
            ("!documents[9].complete", Inconclusive),
            ("documents[9].complete == false", Inconclusive),
            ("documents[9].complete ? true : true", Inconclusive),
            // The same over many: one that is known settles it, and what could not be read never does.
            ("documents.exists(d, d.tests.failed == 0)", Pass),
            ("documents.all(d, d.tests.failed == 0)", Inconclusive),
            ("documents.all(d, d.tests.failed > 0)", Fail),
            ("documents.exists(d, d.tests.failed > 0)", Inconclusive),
            ("documents.filter(d, d.tests.failed == 0).size() == 1", Inconclusive),
            ("documents.exists_one(d, d.tests.failed == 0)", Inconclusive),
        ],
    );
}

#[test]
fn has_is_how_an_author_says_what_holds_without_it() {
    hold(
        documents(),
        &[
            ("documents.all(d, !has(d.tests) || d.tests.failed == 0)", Pass),
            ("documents.all(d, has(d.tests))", Fail),
            ("has(evidence.absent)", Fail),
            ("has(evidence.config[0].json.replicas)", Pass),
            ("has(evidence.config[0].json.absent)", Fail),
            ("has(evidence.config[0].json.absent.deeper)", Inconclusive),
            (r#""tests" in evidence.unit_tests[0] && !("tests" in evidence.scan[0])"#, Pass),
            (r#"("te" + "sts") in evidence.unit_tests[0]"#, Pass),
            (r#"evidence.unit_tests[0]["te" + "sts"].failed == 0"#, Pass),
        ],
    );
}
