//! Values that are well-formed each, and nonsense together.

use super::{Config, kind::span::span_in_words, mistake::Mistake, origin::Origin};
use std::collections::{BTreeMap, BTreeSet};

/// A value that must not exceed another one.
struct Within {
    smaller: &'static str,
    larger: &'static str,
    why: &'static str,
    /// Both numbers, the smaller one first, in a unit of their own.
    numbers: fn(&Config) -> (u128, u128),
    /// How such a number is shown.
    show: fn(u128) -> String,
}

const ALL: [Within; 9] = [
    Within {
        smaller: "limits.plugin_deadline",
        larger: "limits.decision_deadline",
        why: "a plugin cannot take longer than the decision it is asked for",
        numbers: |Config { limits, .. }| (limits.plugin_deadline.as_millis(), limits.decision_deadline.as_millis()),
        show: millis,
    },
    Within {
        smaller: "limits.settings_bytes",
        larger: "limits.plugin_memory_bytes",
        why: "a plugin has to hold its settings",
        numbers: |Config { limits, .. }| (u128::from(limits.settings_bytes), u128::from(limits.plugin_memory_bytes)),
        show: bytes,
    },
    Within {
        smaller: "limits.answer_bytes",
        larger: "limits.plugin_memory_bytes",
        why: "a plugin has to hold its answer",
        numbers: |Config { limits, .. }| (u128::from(limits.answer_bytes), u128::from(limits.plugin_memory_bytes)),
        show: bytes,
    },
    Within {
        smaller: "limits.string_bytes",
        larger: "limits.answer_bytes",
        why: "a text is part of an answer",
        numbers: |Config { limits, .. }| (u128::from(limits.string_bytes), u128::from(limits.answer_bytes)),
        show: bytes,
    },
    Within {
        smaller: "limits.header_timeout",
        larger: "limits.body_timeout",
        why: "a request's headers are shorter than its body",
        numbers: |Config { limits, .. }| (limits.header_timeout.as_millis(), limits.body_timeout.as_millis()),
        show: millis,
    },
    Within {
        smaller: "notices.retry_first",
        larger: "notices.retry_max",
        why: "a notice waits no longer after the first attempt than it ever does",
        numbers: |Config { notices, .. }| (notices.retry_first.as_millis(), notices.retry_max.as_millis()),
        show: millis,
    },
    Within {
        smaller: "traces.retry_first",
        larger: "traces.retry_max",
        why: "span trees wait no longer after the first attempt than they ever do",
        numbers: |Config { traces, .. }| (traces.retry_first.as_millis(), traces.retry_max.as_millis()),
        show: millis,
    },
    Within {
        smaller: "oidc.keys_retry",
        larger: "oidc.keys_refresh",
        why: "keys are looked at again no sooner than that",
        numbers: |Config { oidc, .. }| (oidc.keys_retry.as_millis(), oidc.keys_refresh.as_millis()),
        show: millis,
    },
    Within {
        smaller: "oidc.keys_refresh",
        larger: "oidc.keys_stale",
        why: "keys that are not fetched again yet still count",
        numbers: |Config { oidc, .. }| (oidc.keys_refresh.as_millis(), oidc.keys_stale.as_millis()),
        show: millis,
    },
];

/// What makes no sense together. A pair of which one value was refused is left out: that value is not known.
pub(super) fn mistakes<'a>(
    config: &'a Config,
    origins: &'a BTreeMap<&'static str, Origin>,
    broken: &'a BTreeSet<&'static str>,
) -> impl Iterator<Item = Mistake> + 'a {
    let known = |within: &&Within| !broken.contains(within.smaller) && !broken.contains(within.larger);
    ALL.iter().filter(known).filter_map(|within| {
        let (used, allowed) = (within.numbers)(config);
        (used > allowed).then(|| {
            let origin = origins.get(within.smaller).or_else(|| origins.get(within.larger));
            let Within { smaller, larger, why, show, .. } = within;
            let message = format!("`{smaller}` exceeds `{larger}`: {} used, {} allowed", show(used), show(allowed));
            Mistake { origin: origin.cloned().unwrap_or(Origin::Default), message, hint: Some((*why).to_owned()) }
        })
    })
}

fn millis(number: u128) -> String {
    span_in_words(std::time::Duration::from_millis(u64::try_from(number).unwrap_or(u64::MAX)))
}

fn bytes(number: u128) -> String {
    format!("{number} bytes")
}
