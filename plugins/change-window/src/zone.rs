//! Local times and moments.
//!
//! Where clocks go forward, a time that does not exist means the first moment after the gap. Where they go back, a time that comes
//! twice means the first as a beginning and the last as an end: a span is never shorter than the wall clock says.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};

/// A span of moments: from `start`, up to `end`, which is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

impl Span {
    pub(crate) fn covers(self, moment: Timestamp) -> bool {
        self.start <= moment && moment < self.end
    }
}

/// A time zone with its rules.
#[derive(Debug)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    /// From the database that is part of the plugin; no file is read.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown()).map(Self)
    }

    pub(crate) fn local(&self, moment: Timestamp) -> DateTime {
        self.0.to_datetime(moment)
    }

    /// A moment for people, with its offset.
    pub(crate) fn shown(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string()
    }

    /// The moment at which something begins.
    pub(crate) fn beginning(&self, local: DateTime) -> Option<Timestamp> {
        let ambiguous = self.0.to_ambiguous_timestamp(local);
        match ambiguous.offset() {
            AmbiguousOffset::Gap { after, .. } => self.after_gap(after.to_timestamp(local).ok()?),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        }
    }

    /// The moment at which something ends.
    pub(crate) fn end(&self, local: DateTime) -> Option<Timestamp> {
        let ambiguous = self.0.to_ambiguous_timestamp(local);
        match ambiguous.offset() {
            AmbiguousOffset::Gap { after, .. } => self.after_gap(after.to_timestamp(local).ok()?),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.later().ok(),
        }
    }

    /// A local time within a gap, taken by the offset behind it, lies before it: the change of clocks is what follows.
    fn after_gap(&self, before: Timestamp) -> Option<Timestamp> {
        self.0.following(before).next().map(|transition| transition.timestamp())
    }
}
