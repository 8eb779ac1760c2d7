//! What was seen of one item.

/// What was seen of one item, and why, in one short line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Saw {
    /// It is as it should be.
    Met(String),
    /// It is not about what was deployed.
    NotConcerned(String),
    /// It cannot be said: nothing answered, too late, or with something else.
    Unknown(String),
    /// It is not as it should be.
    Unmet(String),
}

impl Saw {
    /// The worst of several: what is wrong, else what is not known, else all of it. Of none nothing is known.
    pub(super) fn worst(all: impl Iterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = all.collect();
        all.sort_by_key(Self::rank);
        let rank = all.first().map(Self::rank);
        let worst: Vec<&str> = all.iter().filter(|saw| Some(saw.rank()) == rank).map(Self::why).collect();
        let why = worst.join("; ");
        match all.first() {
            Some(Self::Unmet(_)) => Self::Unmet(why),
            Some(Self::Met(_)) => Self::Met(why),
            Some(Self::NotConcerned(_)) => Self::NotConcerned(why),
            Some(Self::Unknown(_)) => Self::Unknown(why),
            None => Self::Unknown("nothing was looked at".to_owned()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Unmet(_) => 0,
            Self::Unknown(_) => 1,
            Self::Met(_) => 2,
            Self::NotConcerned(_) => 3,
        }
    }

    pub(super) fn why(&self) -> &str {
        match self {
            Self::Met(why) | Self::NotConcerned(why) | Self::Unknown(why) | Self::Unmet(why) => why,
        }
    }
}
