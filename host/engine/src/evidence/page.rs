//! Going through rows: a page at a time, with an eye on the clock.

use crate::stop::Stop;
use std::time::Instant;

/// Rows between two looks at the clock: epochs do not interrupt the host, so it has to look itself.
const ROWS_PER_LOOK: u32 = 4096;

/// Which rows of those that match are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    /// Every row.
    #[cfg(test)]
    pub(super) const ALL: Self = Self { offset: 0, limit: usize::MAX };

    /// As asked, with at most so many rows.
    pub(super) fn new(offset: u32, limit: u32, rows_max: u32) -> Self {
        Self { offset: offset as usize, limit: limit.min(rows_max) as usize }
    }
}

/// Until when rows may be gone through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    deadline: Instant,
    rows: u32,
}

impl Clock {
    /// Until that moment.
    pub(super) fn new(deadline: Instant) -> Self {
        Self { deadline, rows: 0 }
    }

    /// One more row was looked at.
    pub(super) fn row(&mut self) -> Result<(), Stop> {
        self.rows += 1;
        if self.rows < ROWS_PER_LOOK {
            return Ok(());
        }
        self.rows = 0;
        if Instant::now() >= self.deadline { Err(Stop::Deadline) } else { Ok(()) }
    }
}

/// Calls `each` for every row that `wanted` lets through.
pub(super) fn each<'a, T>(
    rows: &'a [T],
    mut clock: Clock,
    mut wanted: impl FnMut(&'a T) -> bool,
    mut each: impl FnMut(&'a T),
) -> Result<(), Stop> {
    for row in rows {
        clock.row()?;
        if wanted(row) {
            each(row);
        }
    }
    Ok(())
}

/// The page of those rows that `wanted` lets through, as `row` makes them.
pub(super) fn page<'a, T, R>(
    rows: &'a [T],
    page: Page,
    mut clock: Clock,
    mut wanted: impl FnMut(&'a T) -> bool,
    row: impl Fn(&'a T) -> R,
) -> Result<Vec<R>, Stop> {
    let mut found = Vec::new();
    let mut skip = page.offset;
    for candidate in rows {
        if found.len() == page.limit {
            break;
        }
        clock.row()?;
        if wanted(candidate) {
            if skip == 0 {
                found.push(row(candidate));
            } else {
                skip -= 1;
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Clock, Page, ROWS_PER_LOOK, each, page};
    use crate::stop::Stop;
    use std::time::{Duration, Instant};

    fn late() -> Clock {
        Clock::new(Instant::now())
    }

    fn early() -> Clock {
        Clock::new(Instant::now() + Duration::from_secs(3600))
    }

    #[test]
    fn pages_cover_what_matches_and_then_are_empty() {
        let rows: Vec<u32> = (0..10).collect();
        for (offset, limit, expected) in
            [(0, 3, vec![0, 2, 4]), (3, 3, vec![6, 8]), (5, 3, vec![]), (u32::MAX, u32::MAX, vec![]), (0, 0, vec![])]
        {
            let found = page(&rows, Page::new(offset, limit, 100), early(), |n| n % 2 == 0, |n| *n).unwrap();
            assert_eq!(found, expected, "{offset} {limit}");
        }
    }

    #[test]
    fn a_page_is_capped() {
        let rows = vec![(); 50];
        assert_eq!(page(&rows, Page::new(0, u32::MAX, 20), early(), |()| true, |()| ()).unwrap().len(), 20);
    }

    #[test]
    fn the_clock_is_looked_at_every_so_many_rows() {
        let few = vec![(); ROWS_PER_LOOK as usize - 1];
        let many = vec![(); ROWS_PER_LOOK as usize];
        assert_eq!(each(&few, late(), |()| true, |()| ()), Ok(()));
        assert_eq!(each(&many, late(), |()| true, |()| ()), Err(Stop::Deadline));
        assert_eq!(page(&many, Page::new(0, 1, 1), late(), |()| false, |()| ()), Err(Stop::Deadline));
        assert_eq!(each(&many, early(), |()| true, |()| ()), Ok(()));
    }
}
