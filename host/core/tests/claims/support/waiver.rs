//! Waivers.

use super::names::{ago, ahead, hours, rule, service, stage_id, waiver_id};
use std::sync::Arc;
use tidegate_core::{
    time::Timestamp,
    waiver::{Waiver, WaiverScope},
};

#[derive(Debug, Clone)]
pub(crate) struct WaiverBuilder(Waiver);

/// A waiver of nothing, in force since yesterday and until tomorrow.
pub(crate) fn waiver(id: &str) -> WaiverBuilder {
    WaiverBuilder(Waiver {
        id: waiver_id(id),
        rules: Vec::new(),
        scope: WaiverScope::default(),
        reason: Arc::from("the vendor mends it next week"),
        owner: Arc::from("dora"),
        approved_by: Arc::from("erik"),
        from: ago(hours(24)),
        expires: ahead(hours(24)),
        ticket: None,
        awaits_agreement: false,
    })
}

impl WaiverBuilder {
    pub(crate) fn tolerates(mut self, stage: &str, of: &str) -> Self {
        self.0.rules.push((stage_id(stage), rule(of)));
        self
    }

    pub(crate) fn from(mut self, from: Timestamp) -> Self {
        self.0.from = from;
        self
    }

    pub(crate) fn expires(mut self, expires: Timestamp) -> Self {
        self.0.expires = expires;
        self
    }

    pub(crate) fn only_subject(mut self, subject: &str) -> Self {
        self.0.scope.subject = Some(Arc::from(subject));
        self
    }

    pub(crate) fn only_service(mut self, name: &str) -> Self {
        self.0.scope.service = Some(service(name));
        self
    }

    pub(crate) fn scope(mut self, scope: WaiverScope) -> Self {
        self.0.scope = scope;
        self
    }

    pub(crate) fn build(self) -> Waiver {
        self.0
    }
}
