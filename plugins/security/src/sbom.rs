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

pub(crate) fn judge(settings: &SbomSettings, seen: &Seen) -> Part {
    let bills = bills(seen);
    let count: u64 = bills.iter().map(|(_, bill)| u64::from(bill.count())).sum();
    // A bill that lists nothing comes from a tool that looked at nothing.
    if count == 0 {
        return missing("bill of materials with a component");
    }
    let mut part = Part { summary: counted(count, "component"), ..Part::fulfilled(None) };
    let enough = count >= settings.min_components;
    part.clause(enough);
    if !enough {
        let message = format!("{} listed, at least {} required", counted(count, "component"), settings.min_components);
        let finding = Finding::new(SBOM, Severity::High, message).decisive().remediation(list_components());
        part.stated.push(finding);
        part.worsen(Verdict::Failed);
    }
    part
}
