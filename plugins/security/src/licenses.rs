//! Licences of components against what is allowed and what is denied. The host reads the SPDX expressions.

use crate::{
    remediations::replace,
    rules::LICENSES,
    sbom::bills,
    settings::packages::{LicenseSettings, Unstated},
};
use tidegate_sdk::{
    evidence::{
        Source,
        components::{BillOfMaterials, Component},
    },
    finding::{Finding, Severity},
    parts::{Listing, Part, Seen, Verdict, missing},
    pattern,
    text::counted,
};

/// Rows asked for at once.
const PAGE_ROWS: u32 = 512;
/// Components of one bill that break one list and are looked at, at most.
const LOOKED_AT_MAX: u32 = 32 * PAGE_ROWS;

/// How a component breaks the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breach {
    NotAllowed,
    Denied,
}

impl Breach {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not allowed",
            Self::Denied => "denied",
        }
    }
}

/// What one list came to.
#[derive(Debug, Default)]
struct Found {
    decisive: u64,
    unstated: u64,
}

pub(crate) fn judge(settings: &LicenseSettings, seen: &Seen, listing: &mut Listing) -> Part {
    let bills = bills(seen);
    let count: u64 = bills.iter().map(|(_, bill)| u64::from(bill.count())).sum();
    if count == 0 {
        return missing("bill of materials with a component");
    }
    let mut part = Part::fulfilled(None);
    let mut summary = Vec::new();
    for (list, breach) in [(&settings.allow, Breach::NotAllowed), (&settings.deny, Breach::Denied)] {
        if list.is_empty() {
            continue;
        }
        let mut found = Found::default();
        for (source, bill) in &bills {
            look(settings, breach, (source, bill), &mut found, listing, &mut part);
        }
        part.clause(found.decisive == 0);
        if found.decisive > 0 {
            part.worsen(Verdict::Failed);
        }
        summary.push(format!("{} of {} {}", found.decisive, counted(count, "component"), breach.word()));
        if found.unstated > 0 {
            summary.push(format!("{} without a licence", found.unstated));
        }
    }
    part.summary = summary.join(", ");
    part
}

fn look(
    settings: &LicenseSettings,
    breach: Breach,
    (source, bill): (&Source, &BillOfMaterials),
    found: &mut Found,
    listing: &mut Listing,
    part: &mut Part,
) {
    let mut offset = 0;
    loop {
        let page = match breach {
            Breach::NotAllowed => bill.outside_licenses(&settings.allow, offset, PAGE_ROWS),
            Breach::Denied => bill.inside_licenses(&settings.deny, offset, PAGE_ROWS),
        };
        if page.is_empty() {
            return;
        }
        offset += u32::try_from(page.len()).unwrap_or(LOOKED_AT_MAX);
        if offset > LOOKED_AT_MAX {
            // Failed it has already; how many more there are changes nothing.
            let message = format!("more than {LOOKED_AT_MAX} components of `{}` break the list", source.name);
            part.stated.push(Finding::new(LICENSES, Severity::High, message).decisive());
            found.decisive += 1;
            return;
        }
        for component in page.iter().filter(|component| !is_excepted(settings, component)) {
            let is_unstated = component.licenses.is_empty();
            if is_unstated && settings.unstated == Unstated::Report {
                found.unstated += 1;
            } else {
                found.decisive += 1;
                listing.push(finding(component, breach, source));
            }
        }
    }
}

fn is_excepted(settings: &LicenseSettings, component: &Component) -> bool {
    settings.except.iter().any(|entry| {
        pattern::matches(entry, &component.name)
            || component.purl.as_ref().is_some_and(|purl| pattern::matches(entry, purl))
    })
}

fn finding(component: &Component, breach: Breach, source: &Source) -> Finding {
    let named = if component.version.is_empty() {
        component.name.clone()
    } else {
        format!("{} {}", component.name, component.version)
    };
    let message = match (component.licenses.as_slice(), breach) {
        ([], _) => format!("{named} states no licence"),
        (licenses, breach) => format!("{named} is under `{}`, which is {}", licenses.join("`, `"), breach.word()),
    };
    let subject = component.purl.clone().unwrap_or_else(|| component.name.clone());
    Finding::new(LICENSES, Severity::High, message)
        .subject(subject.clone())
        .fingerprint(format!("{subject} {}", component.version))
        .evidence(&source.digest)
        .remediation(replace())
        .decisive()
}
