//! Which findings are listed one by one: as many as a report takes, without those that are stated in any case.

use crate::{finding::Finding, report::FINDINGS_LISTED_MAX};

/// Findings that there may be any number of, and how many found no room.
#[derive(Debug)]
pub struct Listing {
    room: usize,
    listed: Vec<Finding>,
    omitted: u64,
    omitted_decisive: bool,
}

impl Listing {
    /// Leaves room for so many that are stated in any case.
    #[must_use]
    pub fn new(stated_max: usize) -> Self {
        Self::of(FINDINGS_LISTED_MAX.saturating_sub(stated_max))
    }

    /// With room for so many: for notes that must not take the room of what decides.
    #[must_use]
    pub fn of(room: usize) -> Self {
        Self { room, listed: Vec::new(), omitted: 0, omitted_decisive: false }
    }

    /// How many more can be listed.
    #[must_use]
    pub fn room(&self) -> u32 {
        u32::try_from(self.room - self.listed.len()).unwrap_or(u32::MAX)
    }

    /// Lists it, or counts it.
    pub fn push(&mut self, finding: Finding) {
        if self.listed.len() < self.room {
            self.listed.push(finding);
        } else {
            self.omit(1, finding.decisive);
        }
    }

    /// Counts findings that were never fetched.
    pub fn omit(&mut self, count: u64, decisive: bool) {
        self.omitted += count;
        self.omitted_decisive |= decisive && count > 0;
    }

    /// The findings, how many were not listed, and whether one of those is decisive.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u32, bool) {
        (self.listed, u32::try_from(self.omitted).unwrap_or(u32::MAX), self.omitted_decisive)
    }
}

#[cfg(test)]
mod tests {
    use super::Listing;
    use crate::{
        finding::{Finding, Severity},
        report::FINDINGS_LISTED_MAX,
    };

    #[test]
    fn what_finds_no_room_is_counted() {
        let finding = Finding::new("rule", Severity::Low, "m");
        let mut listing = Listing::new(FINDINGS_LISTED_MAX - 2);
        for _ in 0..4 {
            listing.push(finding.clone());
        }
        assert_eq!(listing.room(), 0);
        listing.omit(0, true);
        listing.omit(3, false);
        let (listed, omitted, decisive) = listing.into_parts();
        assert_eq!((listed.len(), omitted, decisive), (2, 5, false));
    }

    #[test]
    fn a_decisive_one_without_room_is_remembered() {
        let mut listing = Listing::new(FINDINGS_LISTED_MAX + 1);
        listing.push(Finding::new("rule", Severity::Low, "m").decisive());
        assert_eq!(listing.into_parts(), (vec![], 1, true));
    }
}
