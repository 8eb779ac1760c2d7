//! The distribution of U when both samples are of one population and no value comes twice, in whole numbers.

/// Counted from 1, the lower end among `n·m` differences, so that not more than one of `tail` lies beyond it; none: it would
/// lie beyond all of them.
pub(super) fn lower_rank(n: usize, m: usize, tail: u128) -> Option<u64> {
    let ways = ways(n, m)?;
    let half: u128 = ways.iter().sum();
    let all = if (n * m).is_multiple_of(2) { 2 * half - ways.last()? } else { 2 * half };
    let mut up_to = 0_u128;
    // The least U up to which there are more than one of `tail` of all ways: what lies below it is not more.
    let found = ways.iter().position(|count| {
        up_to += count;
        up_to * tail > all
    })?;
    u64::try_from(found).ok().filter(|rank| *rank >= 1)
}

/// In how many ways U comes to 0, 1, … up to the middle: it is symmetric. U's generating function is the Gaussian binomial
/// coefficient, the product of (1 − q^(m+i)) / (1 − q^i) for i from 1 to n.
fn ways(n: usize, m: usize) -> Option<Vec<u128>> {
    let mut ways = vec![0_i128; n * m / 2 + 1];
    *ways.first_mut()? = 1;
    for i in 1..=n {
        for at in (m + i..ways.len()).rev() {
            ways[at] -= ways[at - m - i];
        }
        for at in i..ways.len() {
            ways[at] += ways[at - i];
        }
    }
    ways.into_iter().map(|count| u128::try_from(count).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{lower_rank, ways};

    #[test]
    fn there_are_as_many_ways_as_ways_to_choose() {
        assert_eq!(ways(2, 2), Some(vec![1, 1, 2]));
        assert_eq!(ways(4, 4), Some(vec![1, 1, 2, 3, 5, 5, 7, 7, 8]));
        // Half of 98 over 49, and the middle one with it: every step stayed exact.
        let large = ways(49, 49).unwrap();
        assert_eq!(2 * large.iter().sum::<u128>(), 25_477_612_258_980_856_902_730_428_600);
        assert_eq!(large.len(), 1201);
    }

    #[test]
    fn ranks_are_those_of_the_published_tables_of_critical_values() {
        // The largest U that is significant on both sides, which is one less than the rank.
        for (n, m, tail, critical) in [
            (4, 4, 40, 0),
            (5, 5, 40, 2),
            (8, 8, 40, 13),
            (10, 10, 40, 23),
            (15, 15, 40, 64),
            (20, 20, 40, 127),
            (5, 5, 200, 0),
            (10, 10, 200, 16),
            (20, 20, 200, 105),
            (8, 5, 40, 6),
            (5, 8, 40, 6),
        ] {
            assert_eq!(lower_rank(n, m, tail), Some(critical + 1), "{n} {m} {tail}");
        }
    }

    #[test]
    fn so_few_allow_no_interval_that_is_so_sure() {
        for (n, m, tail) in [(1, 1, 20), (3, 3, 40), (4, 4, 200), (2, 7, 40), (1, 38, 40)] {
            assert_eq!(lower_rank(n, m, tail), None, "{n} {m} {tail}");
        }
        assert_eq!(lower_rank(3, 3, 20), Some(1));
        assert_eq!(lower_rank(1, 39, 40), Some(1));
    }
}
