//! Vulnerabilities, issues, secrets, misconfigurations, licences, provenance, certificates and headers against a policy.
//!
//! Each group of settings is one part of the judgement: it needs its kind of content in the evidence, and concludes by itself.
//! Together: inconclusive when one part is, else failed when one finding is decisive, else passed. The score is the share of
//! clauses that are kept: each limit, list and requirement of the settings is one clause.
//!
//! **Invariant:** what is asked for and not there is inconclusive, never a pass; `required: false` takes a group's content for
//! absent because there is nothing to report, and only beside a finished document.
//! **Invariant:** no command of a remediation holds a word of the evidence: people paste commands into their shells.

pub mod settings;

mod baseline;
mod certificates;
mod endpoints;
mod headers;
mod issues;
mod licenses;
mod provenance;
mod remediations;
mod rules;
mod sbom;
mod scans;
mod secrets;
mod status;
mod vulnerabilities;

use crate::settings::Settings;
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    parts::{Listing, Part, Seen},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct Security;

impl Gate for Security {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        settings.problems()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let (settings, now) = (&request.settings, request.evaluated_at);
        let seen = Seen::of(evidence);
        let mut listing = Listing::new(settings.stated_max());
        let mut parts = Vec::from_iter(seen.incomplete(&mut listing));
        if let Some(settings) = &settings.vulnerabilities {
            parts.push(vulnerabilities::judge(settings, &seen, now, &mut listing));
        }
        parts.extend(issues::judge(settings, &seen, &mut listing));
        if let Some(settings) = &settings.secrets {
            parts.push(secrets::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.misconfigurations {
            parts.push(scans::misconfigurations(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.licenses {
            parts.push(licenses::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.sbom {
            parts.push(sbom::judge(settings, &seen));
        }
        if let Some(settings) = &settings.provenance {
            parts.push(provenance::judge(settings, request, &seen, &mut listing));
        }
        if let Some(settings) = &settings.certificates {
            parts.push(certificates::judge(settings, &seen, now, &mut listing));
        }
        if let Some(settings) = &settings.headers {
            parts.push(headers::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.endpoints {
            parts.push(status::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.baseline {
            parts.extend(baseline::judge(settings, &seen, evidence, &mut listing)?);
        }
        Ok(Part::together(parts, listing, Part::counted_together))
    }
}

export_gate!(Security);
