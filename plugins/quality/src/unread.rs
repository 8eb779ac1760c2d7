//! Documents that hold nothing of what the settings ask for. One of those in place of a shard is a shard that is missing.

use crate::settings::Settings;
use tidegate_sdk::{
    evidence::Content,
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict},
    text::counted,
};

/// How many documents a name has to hold is the host's question, which cannot tell what of them this plugin reads.
pub(crate) fn judge(settings: &Settings, seen: &Seen, listing: &mut Listing) -> Option<Part> {
    let mut count = 0;
    for (source, contents) in seen.each() {
        // That it is not finished is said of it already.
        if !source.complete || contents.iter().any(|content| reads(settings, content)) {
            continue;
        }
        let message = format!("document `{}` ({}) holds nothing of what this stage judges", source.name, source.format);
        let finding = Finding::new(EVIDENCE_MISSING, Severity::High, message);
        listing.push(finding.subject(source.name.clone()).evidence(&source.digest));
        count += 1;
    }
    (count > 0).then(|| Part {
        verdict: Verdict::Inconclusive,
        summary: format!("{} of another kind", counted(count, "document")),
        ..Part::fulfilled(None)
    })
}

/// Whether one of the groups that are asked for looks at such a content.
fn reads(settings: &Settings, content: &Content) -> bool {
    let Settings { tests, coverage, issues, measurements, accessibility, performance } = settings;
    match content {
        Content::Tests(_) => tests.is_some(),
        Content::Coverage(_) => coverage.is_some(),
        Content::Scan(_) => issues.is_some() || accessibility.is_some() || performance.is_some(),
        Content::Measurements(_) => measurements.is_some() || accessibility.is_some() || performance.is_some(),
        Content::Vulnerabilities(_)
        | Content::Components(_)
        | Content::Statements(_)
        | Content::Provenance(_)
        | Content::Facts(_) => false,
    }
}
