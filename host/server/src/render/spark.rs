//! Samples as a line of blocks.

/// Samples of one line: the last ones.
const WIDTH: usize = 40;
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// One that did not come, or is no number.
const MISSING: char = '·';

/// The last samples, from the least of them and of what they are compared with to the most.
pub(super) fn line(samples: &[Option<f64>], threshold: Option<f64>) -> String {
    let shown = samples.get(samples.len().saturating_sub(WIDTH)..).unwrap_or_default();
    let numbers = || shown.iter().copied().flatten().chain(threshold).filter(|value| value.is_finite());
    let (low, high) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
    shown.iter().map(|value| value.map_or(MISSING, |value| block(value, low, high))).collect()
}

fn block(value: f64, low: f64, high: f64) -> char {
    if value.is_nan() {
        return MISSING;
    }
    // Halves first: the whole range may be more than a number holds.
    let share = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    let bound = |index: usize| f64::from(u8::try_from(index + 1).unwrap_or(u8::MAX)) / 8.0;
    // All the same: the lowest. Beyond every number: the highest.
    let index = if share.is_nan() { 0 } else { (0..BLOCKS.len()).find(|index| share < bound(*index)).unwrap_or(7) };
    BLOCKS.get(index).copied().unwrap_or(MISSING)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn samples_are_blocks_from_the_least_to_the_most() {
        let numbers = |all: &[f64]| all.iter().copied().map(Some).collect::<Vec<_>>();
        for (samples, threshold, expected) in [
            (numbers(&[0.0, 0.5, 1.0]), None, "▁▅█"),
            (numbers(&[0.0, 0.05, 0.1, 0.2]), Some(0.1), "▁▃▅█"),
            (numbers(&[0.0, 0.0]), Some(0.1), "▁▁"),
            (numbers(&[3.0, 3.0]), None, "▁▁"),
            (vec![Some(0.0), None, Some(f64::NAN), Some(f64::INFINITY), Some(1.0)], None, "▁··██"),
            (numbers(&[f64::MIN, 0.0, f64::MAX]), None, "▁▅█"),
            (vec![], Some(1.0), ""),
        ] {
            assert_eq!(line(&samples, threshold), expected, "{samples:?} {threshold:?}");
        }
        assert_eq!(line(&vec![Some(1.0); 100], None).chars().count(), 40, "the last ones");
    }
}
