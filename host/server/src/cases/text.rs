//! A run for people: one line a case, below a failed one everything in which it differs, then the coverage.

use super::run::Run;
use crate::render::escape::terminal;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 4_000;
/// Items that no case reached that are listed, at most; the others are counted.
const MISSING_MAX: usize = 200;

/// Ends with a newline.
#[must_use]
pub fn text(run: &Run) -> String {
    let mut lines = Vec::new();
    for outcome in &run.outcomes {
        let word = if outcome.holds() { "ok  " } else { "FAIL" };
        let description =
            if outcome.description.is_empty() { String::new() } else { format!("  {}", outcome.description) };
        lines.push(format!("{word}  {} ({}){description}", outcome.name, outcome.came_to));
        lines.extend(outcome.differences.iter().flat_map(|difference| {
            [
                format!("        {}", difference.what),
                format!("          expected  {}", difference.expected),
                format!("          found     {}", difference.found),
            ]
        }));
        lines.extend(outcome.hint.filter(|_| !outcome.holds()).map(|hint| format!("        hint: {hint}")));
    }
    let failed = run.outcomes.iter().filter(|outcome| !outcome.holds()).count();
    let (reached, all) = run.coverage.counts();
    lines.push(String::new());
    lines.push(format!("cases: {}, failed: {failed}", run.outcomes.len()));
    lines.push(format!("coverage of stages and rules: {reached} of {all} ({})", percent(reached, all)));
    lines.extend(run.coverage.missing().take(MISSING_MAX).map(|item| format!("  {item}")));
    let missing = all - reached;
    if missing > MISSING_MAX {
        lines.push(format!("  and {} more", missing - MISSING_MAX));
    }
    lines.iter().map(|line| format!("{}\n", terminal(line, LINE_CHARS_MAX))).collect()
}

/// With one decimal, rounded down: 100% is everything.
#[must_use]
pub fn percent(reached: usize, all: usize) -> String {
    let tenths = (reached * 1000).checked_div(all).unwrap_or(1000);
    match tenths % 10 {
        0 => format!("{}%", tenths / 10),
        decimal => format!("{}.{decimal}%", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_never_rounded_up_to_everything() {
        for (reached, all, text) in
            [(0, 0, "100%"), (1, 3, "33.3%"), (999, 1000, "99.9%"), (9999, 10_000, "99.9%"), (2, 2, "100%")]
        {
            assert_eq!(percent(reached, all), text);
        }
    }
}
