//! The statistics against what others published, and against the plainest way to reckon them.

use canary::statistics::{Comparison, Confidence, Incomparable, compare, median};

#[test]
fn the_vectors_that_kayenta_publishes_are_reproduced() {
    let comparison = compare(&[10.0, 20.0, 30.0, 40.0], &[1.0, 2.0, 3.0, 4.0], Confidence::P95).unwrap();
    assert_eq!(comparison, Comparison { estimate: 22.5, interval: (6.0, 39.0), effect: 1.0 });
    // And the other way round.
    let comparison = compare(&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0, 30.0, 40.0], Confidence::P95).unwrap();
    assert_eq!(comparison, Comparison { estimate: -22.5, interval: (-39.0, -6.0), effect: 0.0 });
}

/// xorshift64*.
fn random(state: &mut u64, end: u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
}

/// Values of few kinds, so that many come twice, or of many.
fn values(state: &mut u64, count: u64, kinds: u64) -> Vec<f64> {
    (0..count).map(|_| random(state, kinds) as f64 / 8.0 - 3.0).collect()
}

#[test]
fn order_statistics_are_those_of_all_differences_written_down() {
    let mut state = 7;
    for round in 0..400 {
        let kinds = if round % 2 == 0 { 12 } else { 1 << 40 };
        let (n, m) = (1 + random(&mut state, 70), 1 + random(&mut state, 70));
        let (x, y) = (values(&mut state, n, kinds), values(&mut state, m, kinds));
        let Ok(compared) = compare(&x, &y, Confidence::P95) else { continue };
        let mut all: Vec<f64> = x.iter().flat_map(|x| y.iter().map(move |y| x - y)).collect();
        all.sort_by(f64::total_cmp);
        assert_eq!(compared.estimate, median(&all).unwrap());
        let above = all.iter().filter(|difference| **difference > 0.0).count() as f64;
        let equal = all.iter().filter(|difference| **difference == 0.0).count() as f64;
        assert_eq!(compared.effect, (above + equal / 2.0) / all.len() as f64);
        let (low, high) = compared.interval;
        let below = all.iter().position(|difference| *difference == low).unwrap();
        let beyond = all.iter().rev().position(|difference| *difference == high).unwrap();
        assert!(low <= compared.estimate && compared.estimate <= high, "{x:?} {y:?}");
        // As far from the one end as from the other, but for values that come twice.
        if kinds > 12 {
            assert_eq!(below, beyond, "{x:?} {y:?}");
        }
    }
}

/// In how many of a hundred runs over samples of one population the interval holds no difference at all.
fn held(confidence: Confidence, n: u64, m: u64) -> f64 {
    let (mut state, mut held, rounds) = (99, 0, 1000);
    for _ in 0..rounds {
        let (x, y) = (values(&mut state, n, 1 << 40), values(&mut state, m, 1 << 40));
        let (low, high) = compare(&x, &y, confidence).unwrap().interval;
        held += u32::from(low <= 0.0 && 0.0 <= high);
    }
    100.0 * f64::from(held) / f64::from(rounds)
}

#[test]
fn an_interval_is_as_sure_as_it_says() {
    for (n, m) in [(12, 9), (49, 49), (50, 50), (80, 20)] {
        for confidence in [Confidence::P90, Confidence::P95, Confidence::P99] {
            let (held, wanted) = (held(confidence, n, m), f64::from(confidence.percent()));
            // The runs are the same each time; so many are good for one of a hundred, and of few samples the interval is wider.
            assert!(held > wanted - 1.8 && held < wanted + 3.5, "{n} {m} {confidence:?}: {held}");
        }
    }
}

#[test]
fn exact_and_approximate_ranks_meet_where_one_takes_over() {
    let rising = |count: u64| (0..count).map(|n| n as f64).collect::<Vec<_>>();
    let halves = |count: u64| (0..count).map(|n| n as f64 + 0.5).collect::<Vec<_>>();
    for confidence in Confidence::ALL {
        let width = |count| {
            let (low, high) = compare(&rising(count), &halves(count), confidence).unwrap().interval;
            (high - low) / count as f64
        };
        assert!((width(49) - width(50)).abs() < 0.05, "{confidence:?}: {} {}", width(49), width(50));
    }
}

#[test]
fn the_order_of_values_and_the_sign_of_zero_change_nothing() {
    let (x, y) = ([3.0, -0.0, 5.5, 2.0, 9.0, 0.0], [0.0, 1.0, 7.0, -0.0, 2.5]);
    let expected = compare(&x, &y, Confidence::P90).unwrap();
    let (mut back, mut turned) = (x, y);
    back.reverse();
    turned.rotate_left(2);
    assert_eq!(compare(&back, &turned, Confidence::P90), Ok(expected));
    let zeros = compare(&[0.0; 8], &[-0.0; 8], Confidence::P95).unwrap();
    assert_eq!(zeros, Comparison { estimate: 0.0, interval: (0.0, 0.0), effect: 0.5 });
}

#[test]
fn what_cannot_be_compared_is_said() {
    for (x, y) in [(&[][..], &[][..]), (&[1.0], &[]), (&[], &[1.0]), (&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0])] {
        assert_eq!(compare(x, y, Confidence::P95), Err(Incomparable::TooFew));
    }
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(compare(&[odd, 1.0], &[1.0, 2.0], Confidence::P90), Err(Incomparable::NotFinite));
    }
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[4.0, 1.0, 3.0]), Some(3.0));
    assert_eq!(median(&[f64::MAX, f64::MAX]), Some(f64::MAX));
}
