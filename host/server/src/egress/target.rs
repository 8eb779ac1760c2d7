//! What varies in the address of a request: path segments and query values, escaped when they are put in.

use super::error::EgressError;
use reqwest::Url;

/// What is put after a destination's base address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
}

impl Target {
    /// The base address itself.
    #[must_use]
    pub fn base() -> Self {
        Self::default()
    }

    /// One segment more: a slash in it is no separator.
    #[must_use]
    pub fn segment(mut self, segment: impl Into<String>) -> Self {
        self.segments.push(segment.into());
        self
    }

    /// One query value more.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// The whole address.
    pub(super) fn at(&self, base: &Url, destination: &str) -> Result<Url, EgressError> {
        let wrong = || EgressError::Segment { destination: destination.to_owned() };
        // A parser of addresses drops tabs and line ends, so that `.<tab>.` would be `..`.
        let leads_away =
            |segment: &String| matches!(segment.as_str(), "" | "." | "..") || segment.chars().any(char::is_control);
        if self.segments.iter().any(leads_away) {
            return Err(wrong());
        }
        let mut url = base.clone();
        if !self.segments.is_empty() {
            url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().extend(&self.segments);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::egress::destination::base;

    #[test]
    fn whatever_is_put_in_stays_below_the_base() {
        let base = base("https://ci.example/api").unwrap();
        for (target, wanted) in [
            (Target::base(), "https://ci.example/api"),
            (Target::base().segment("a").segment("b"), "https://ci.example/api/a/b"),
            (Target::base().segment("../../x"), "https://ci.example/api/..%2F..%2Fx"),
            (Target::base().segment("%2e%2e"), "https://ci.example/api/%252e%252e"),
            (Target::base().segment("a?b#c"), "https://ci.example/api/a%3Fb%23c"),
            (Target::base().segment("//evil.example"), "https://ci.example/api/%2F%2Fevil.example"),
            (Target::base().query("q", "a&b=c#d"), "https://ci.example/api?q=a%26b%3Dc%23d"),
        ] {
            assert_eq!(target.at(&base, "ci").unwrap().as_str(), wanted);
        }
        for segment in ["", ".", "..", ".\t.", "a\r\nb", "\n"] {
            assert!(Target::base().segment(segment).at(&base, "ci").is_err(), "{segment}");
        }
    }
}
