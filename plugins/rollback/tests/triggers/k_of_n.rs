//! More than 2 of the last 5.

use crate::world::{Fine, Firing, Inconclusive, SECOND, at, come_to};

const MORE_THAN_2_OF_5: &str = r#""k_of_n": {"gt": 2, "of": 5}"#;

#[test]
fn two_of_five_are_ok_and_it_fires_at_the_third_in_whatever_order() {
    come_to(
        MORE_THAN_2_OF_5,
        &[
            ("xx...", Fine),
            ("xx..x", Firing),
            ("x.x.x", Firing),
            ("x.x=x", Firing),
            ("xxx..", Firing),
            // The first one is the sixth, counted backwards.
            ("xxx...", Fine),
            ("x.x..x", Fine),
            (".....", Fine),
            ("xxx.....", Fine),
        ],
    );
}

#[test]
fn a_sample_at_the_bound_violates_nothing() {
    come_to(MORE_THAN_2_OF_5, &[("x=x==", Fine), ("=====", Fine)]);
}

#[test]
fn fewer_samples_than_five_are_enough_to_fire() {
    come_to(MORE_THAN_2_OF_5, &[("x", Fine), ("xx", Fine), ("xxx", Firing), (".", Fine), ("", Inconclusive)]);
}

#[test]
fn a_missing_sample_holds_fails_or_resets() {
    let with = |missing: &str| format!(r#"{MORE_THAN_2_OF_5}, "missing": "{missing}""#);
    for (samples, hold, fail, reset) in [
        ("xx-..x", Firing, Firing, Fine),
        ("x-x", Fine, Firing, Fine),
        ("xxx-", Firing, Firing, Inconclusive),
        ("xxx-.", Firing, Firing, Fine),
        (".-.", Fine, Fine, Fine),
        ("...nx", Fine, Fine, Fine),
    ] {
        come_to(&with("hold"), &[(samples, hold)]);
        come_to(&with("fail"), &[(samples, fail)]);
        come_to(&with("reset"), &[(samples, reset)]);
    }
}

#[test]
fn a_gap_among_them_is_inconclusive() {
    come_to(
        MORE_THAN_2_OF_5,
        &[
            ("xx .", Fine),
            ("xx  .", Inconclusive),
            ("xx  x", Inconclusive),
            ("x  xxx", Firing),
            ("..  ..", Inconclusive),
            // Beyond the last five it does not matter.
            ("xx  .....", Fine),
        ],
    );
    assert_eq!(at(MORE_THAN_2_OF_5, ".....", 10 * SECOND).state, Fine);
    assert_eq!(at(MORE_THAN_2_OF_5, ".....", 10 * SECOND + 1).state, Inconclusive);
}
