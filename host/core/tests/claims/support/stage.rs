//! Stages and the evidence they need.

use super::names::{evidence_name, stage_id};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    name::PluginName,
    policy::{Bind, EmptyScan, Mode, OnError, Per, Requirement, Stage, Trust, Vouched},
    time::Timestamp,
};

#[derive(Debug, Clone)]
pub(crate) struct StageBuilder(Stage);

/// A blocking stage of weight 1 that is judged once and needs nothing.
pub(crate) fn stage(id: &str) -> StageBuilder {
    StageBuilder(Stage {
        id: stage_id(id),
        title: Arc::from(id),
        plugin: PluginName::parse("native").unwrap(),
        per: Per::Deployment,
        weight: 1,
        mode: Mode::Block,
        effective_from: None,
        optional: false,
        on_error: OnError::Block,
        budget: None,
        evidence: Vec::new(),
        empty_scan: EmptyScan::Incomplete,
        baseline: false,
        settings: Arc::from("{}"),
    })
}

impl StageBuilder {
    pub(crate) fn titled(mut self, title: &str) -> Self {
        self.0.title = Arc::from(title);
        self
    }

    pub(crate) fn per_service(mut self) -> Self {
        self.0.per = Per::Service;
        self
    }

    pub(crate) fn weight(mut self, weight: u32) -> Self {
        self.0.weight = weight;
        self
    }

    pub(crate) fn mode(mut self, mode: Mode) -> Self {
        self.0.mode = mode;
        self
    }

    pub(crate) fn effective_from(mut self, from: Timestamp) -> Self {
        self.0.effective_from = Some(from);
        self
    }

    pub(crate) fn optional(mut self) -> Self {
        self.0.optional = true;
        self
    }

    pub(crate) fn on_error(mut self, on_error: OnError) -> Self {
        self.0.on_error = on_error;
        self
    }

    pub(crate) fn budget(mut self, budget: Duration) -> Self {
        self.0.budget = Some(budget);
        self
    }

    pub(crate) fn empty_is_clean(mut self) -> Self {
        self.0.empty_scan = EmptyScan::Clean;
        self
    }

    pub(crate) fn compares(mut self) -> Self {
        self.0.baseline = true;
        self
    }

    pub(crate) fn needs(mut self, needs: Needs) -> Self {
        self.0.evidence.push(needs.0);
        self
    }

    pub(crate) fn build(self) -> Stage {
        self.0
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Needs(Requirement);

/// At least one document of that name, of any age, bound to nothing.
pub(crate) fn needs(name: &str) -> Needs {
    Needs(Requirement {
        name: evidence_name(name),
        documents_min: 1,
        documents_max: None,
        max_age: None,
        bind: Bind::None,
        vouched: Vouched::Uploader,
        trust: Trust::default(),
    })
}

impl Needs {
    pub(crate) fn at_least(mut self, documents: u32) -> Self {
        self.0.documents_min = documents;
        self
    }

    /// May be left out.
    pub(crate) fn optional(mut self) -> Self {
        self.0.documents_min = 0;
        self
    }

    pub(crate) fn trusting(mut self, signers: &[&str], authors: &[&str]) -> Self {
        let names = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect();
        self.0.trust = Trust { signers: names(signers), authors: names(authors) };
        self
    }

    pub(crate) fn at_most(mut self, documents: u32) -> Self {
        self.0.documents_max = Some(documents);
        self
    }

    pub(crate) fn max_age(mut self, age: Duration) -> Self {
        self.0.max_age = Some(age);
        self
    }

    pub(crate) fn bound_to(mut self, bind: Bind) -> Self {
        self.0.bind = bind;
        self
    }

    pub(crate) fn vouched(mut self, vouched: Vouched) -> Self {
        self.0.vouched = vouched;
        self
    }
}
