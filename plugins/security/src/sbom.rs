//! A bill of materials that is there and says something. How old it is and what it speaks of are the host's to see.

use crate::{remediations::list_components, rules::SBOM, settings::packages::SbomSettings};
use tidegate_sdk::{
    evidence::{Content, Source, components::BillOfMaterials},
    finding::{Finding, Severity},
    parts::{Part, Seen, Verdict, missing},
    text::counted,
};

/// All bills of materials.
pub(crate) fn bills(seen: &Seen) -> Vec<(&Source, &BillOfMaterials)> {
    seen.all(|content| if let Content::Components(bill) = content { Some(bill) } else { None }).collect()
}

/// Each bill by itself: one that lists much does not stand for one that lists little.
pub(crate) fn judge(settings: &SbomSettings, seen: &Seen) -> Part {
    let bills = bills(seen);
    let count: u64 = bills.iter().map(|(_, bill)| u64::from(bill.count())).sum();
    // A bill that lists nothing comes from a tool that looked at nothing.
    if bills.is_empty() || bills.iter().any(|(_, bill)| bill.count() == 0) {
        return missing("bill of materials with a component");
    }
    let mut part = Part { summary: counted(count, "component"), ..Part::fulfilled(None) };
    let least = bills.iter().min_by_key(|(_, bill)| bill.count());
    let short = least.filter(|(_, bill)| u64::from(bill.count()) < settings.min_components);
    part.clause(short.is_none());
    if let Some((source, bill)) = short {
        let listed = counted(u64::from(bill.count()), "component");
        let message = format!("`{}` lists {listed}, at least {} required", source.name, settings.min_components);
        let finding = Finding::new(SBOM, Severity::High, message).subject(source.name.clone()).evidence(&source.digest);
        part.stated.push(finding.remediation(list_components()).decisive());
        part.worsen(Verdict::Failed);
    }
    part
}
