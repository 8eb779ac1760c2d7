//! What the gate's parts are told, in their own words.

use super::{CheckpointsConfig, Config, RetentionConfig};
use crate::gate::{plugins::Pinning, reload::PolicyFiles, settings::GateSettings};
use crate::http::admission::Shares;
use crate::registries::Registries;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, KeyPlace},
    config::LedgerConfig,
    evidence::Quota,
    place::{Place, url_file::UrlFileError},
    retention::{Keeping, Retention},
};

/// The file of the record, in the data folder.
pub(crate) const LEDGER: &str = "ledger.sqlite";

/// The file of the last checkpoint, in the data folder.
pub(crate) const CHECKPOINT: &str = "ledger.checkpoint";

/// Requests whose bodies may wait for the ledger's writer at the same time, at least.
const REQUESTS_WAITING: usize = 2;

impl Config {
    /// What the engine is told.
    #[must_use]
    pub fn engine_config(&self, cache_dir: Option<PathBuf>) -> tidegate_engine::config::EngineConfig {
        let limits = &self.limits;
        let limits = tidegate_engine::config::Limits {
            plugin_deadline: limits.plugin_deadline,
            plugin_memory_bytes: limits.plugin_memory_bytes,
            findings_max: limits.findings,
            string_bytes_max: limits.string_bytes,
            answer_bytes_max: limits.answer_bytes,
            log_lines_max: limits.log_lines,
            page_rows_max: limits.page_rows,
            component_bytes_max: limits.component_bytes,
            settings_bytes_max: limits.settings_bytes,
        };
        tidegate_engine::config::EngineConfig { limits, slots: self.engine.slots, cache_dir }
    }

    /// What the readers of evidence are told.
    #[must_use]
    pub fn evidence_limits(&self) -> tidegate_evidence::Limits {
        let limits = &self.limits;
        tidegate_evidence::Limits {
            document_bytes: limits.document_bytes,
            depth: limits.depth,
            archive_members: limits.archive_members,
            archive_bytes: limits.archive_bytes,
            archive_ratio: limits.archive_ratio,
            rows: limits.document_rows,
            text_bytes: usize::try_from(limits.string_bytes).unwrap_or(usize::MAX),
        }
    }

    /// How long the record keeps bodies, by the set that decided.
    #[must_use]
    pub fn retention(&self) -> Retention {
        let kept = |span: Duration| Some(span).filter(|span| !span.is_zero());
        let RetentionConfig { bodies, passing_evidence, traces, texts, sets } = &self.retention;
        let of = |said: &BTreeMap<String, Duration>| {
            let time = |sort: &str, usual: &Duration| kept(said.get(sort).copied().unwrap_or(*usual));
            Keeping {
                bodies: time("bodies", bodies),
                passing_evidence: time("passing_evidence", passing_evidence),
                traces: time("traces", traces),
                texts: time("texts", texts),
            }
        };
        let sets = sets.iter().map(|(id, said)| (id.as_str().into(), of(said))).collect();
        Retention { every_set: of(&BTreeMap::new()), sets }
    }

    /// What the ledger is told: whatever the other limits let in has to fit into it.
    #[must_use]
    pub fn ledger_config(&self) -> LedgerConfig {
        let (limits, usual) = (&self.limits, LedgerConfig::default());
        let component = usize::try_from(limits.component_bytes).unwrap_or(usize::MAX);
        let waiting = limits.request_bytes.max(limits.archive_bytes).saturating_mul(REQUESTS_WAITING);
        LedgerConfig {
            queue_max: usual.queue_max.max(limits.in_flight),
            queue_bytes_max: usual.queue_bytes_max.max(waiting),
            body_bytes_max: usual.body_bytes_max.max(limits.document_bytes).max(component),
            quota: Quota {
                waiting_documents: limits.scope_waiting_documents,
                waiting_bytes: limits.scope_waiting_bytes,
                documents: limits.scope_documents,
                bytes: limits.scope_bytes,
            },
            ..usual
        }
    }

    /// Where the record is.
    pub fn ledger_place(&self) -> Result<Place, UrlFileError> {
        match &self.ledger.url_file {
            Some(file) => Place::from_url_file(file),
            None => Ok(Place::File(self.data_dir.join(LEDGER))),
        }
    }

    /// What the ledger in the data folder signs with, and where it keeps its last checkpoint. Not for a ledger that lies elsewhere.
    #[must_use]
    pub fn checkpoint_config(&self) -> CheckpointConfig {
        let CheckpointsConfig { origin, key, file, witnesses: _ } = &self.checkpoints;
        CheckpointConfig {
            origin: origin.clone(),
            key: key.clone().map_or(KeyPlace::BesideLedger, KeyPlace::File),
            sidecar: Some(file.clone().unwrap_or_else(|| self.data_dir.join(CHECKPOINT))),
        }
    }

    /// What one caller may have of the gate's work.
    fn shares(&self) -> Shares {
        let limits = &self.limits;
        // A crowd of one caller leaves a processor to everybody else: what they ask then shares none with it.
        let others_left_one =
            || std::thread::available_parallelism().map_or(1, std::num::NonZero::get).saturating_sub(1).max(1);
        Shares {
            in_flight: limits.in_flight,
            queue: limits.queue,
            in_flight_of_one: if limits.caller_in_flight == 0 { others_left_one() } else { limits.caller_in_flight },
            queue_of_one: limits.caller_queue,
            rate_of_one: limits.caller_rate,
        }
    }

    /// Where the policies lie, and what is asked of them.
    #[must_use]
    pub fn policy_files(&self) -> PolicyFiles {
        let pinning = if self.dev { Pinning::Optional } else { Pinning::Required };
        let destinations = self.egress.keys().cloned().collect();
        let registries = Arc::new(Registries::of_gate(self));
        PolicyFiles { paths: self.policies.clone(), pinning, destinations, registries }
    }

    /// What the gate itself is told.
    #[must_use]
    pub fn gate_settings(&self) -> GateSettings {
        let limits = &self.limits;
        let bytes = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        GateSettings {
            public_url: self.public_url.clone(),
            dev: self.dev,
            beyond_this_machine: !self.listen.ip().is_loopback(),
            header_bytes: limits.header_bytes,
            request_bytes: bytes(limits.request_bytes),
            body_time: limits.body_timeout,
            read: self.evidence_limits(),
            // What the ledger's queue can hold of one decision: more could be read, but not recorded.
            evidence_bytes: bytes(self.ledger_config().queue_bytes_max / REQUESTS_WAITING),
            documents_max: limits.documents,
            decision_deadline: limits.decision_deadline,
            shares: self.shares(),
            unreferenced_after: limits.unreferenced_after,
            retention: self.retention(),
            exports_spans: self.traces.export.is_some(),
            witnesses: self.checkpoints.witnesses.clone(),
            routed: Arc::new(self.notices.contacts.keys().cloned().collect()),
            orders: Arc::new(self.orders.keys().cloned().collect()),
            parse_cache_bytes: bytes(limits.parse_cache_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn the_defaults_here_are_the_defaults_of_the_parts() {
        let config = Config::default();
        let (engine, usual) = (config.engine_config(None), tidegate_engine::config::EngineConfig::default());
        assert_eq!((engine.limits, engine.slots), (usual.limits, usual.slots));
        assert_eq!(config.evidence_limits(), tidegate_evidence::Limits::default());
        assert_eq!(config.ledger_config().quota, tidegate_ledger::evidence::Quota::default());
    }

    #[test]
    fn the_ledger_takes_whatever_the_other_limits_let_in() {
        let mut config = Config::default();
        config.limits.document_bytes = 3 << 30;
        config.limits.request_bytes = 4 << 30;
        config.limits.in_flight = 50_000;
        let ledger = config.ledger_config();
        assert!(ledger.body_bytes_max >= 3 << 30);
        assert!(ledger.queue_bytes_max >= 4 << 30);
        assert!(ledger.queue_max >= 50_000);
    }
}
