//! The names of spans, events and attributes: OpenTelemetry's where there is one, `tidegate.*` else. They are a promise to whoever
//! builds dashboards and alerts on them.
//!
//! One table makes the constants and the page `host/server/TELEMETRY.md`. In a `tracing` macro a constant stands in braces:
//! `info_span!("judge", { names::STAGE_ID } = %id)`.

/// Names that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// For people.
    pub title: &'static str,
    /// In the order in which they are explained.
    pub names: &'static [Name],
}

/// One name.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// As it is written.
    pub text: &'static str,
    /// What it means, in Markdown.
    pub meaning: &'static str,
}

macro_rules! names {
    ($($title:literal { $($(#[doc = $meaning:literal])+ $name:ident = $text:literal;)+ })+) => {
        $($($(#[doc = $meaning])+ pub const $name: &str = $text;)+)+

        /// All of them.
        pub const ALL: &[Section] = &[$(
            Section { title: $title, names: &[$(Name { text: $text, meaning: concat!($($meaning),+) }),+] }
        ),+];
    };
}

names! {
    "Spans of a decision's tree" {
        /// The request, from its arrival until the decision was handed to the ledger. The caller's span, if any, is its parent.
        SPAN_REQUEST = "tidegate.request";
        /// From the question to the decision, without the record.
        SPAN_DECISION = "tidegate.decision";
        /// Which policy set it is, its overrides, and the evidence in its light.
        SPAN_RESOLUTION = "tidegate.policy_resolution";
        /// Reading the evidence.
        SPAN_EVIDENCE = "tidegate.evidence";
        /// One stage, for one service where it is judged for each. A stage of which no plugin was asked takes no time.
        SPAN_STAGE = "tidegate.stage";
    }
    "Other spans of the gate" {
        /// Making a decision's record durable. It belongs to the decision's trace, and lies outside of its tree.
        SPAN_COMMIT = "tidegate.ledger.commit";
        /// A request that came to no decision, and why.
        SPAN_UNDECIDED = "tidegate.undecided";
        /// Loading policy sets and plugins.
        SPAN_LOAD = "tidegate.load";
        /// A candidate policy set's opinion.
        SPAN_SHADOW = "tidegate.shadow";
        /// Something that happened to an incident. It belongs to the trace of the decision that the incident follows, and lies outside of its tree.
        SPAN_INCIDENT = "tidegate.incident";
        /// A watch that began, changed or ended. It belongs to the trace of the decision whose deployment is watched, and lies outside of its tree.
        SPAN_WATCH = "tidegate.watch";
        /// A service's rollback that was ordered or withheld, in the trace of the decision whose deployment is undone, outside of its tree.
        SPAN_ROLLBACK = "tidegate.rollback";
    }
    "Events" {
        /// On the decision: one service that is to be deployed.
        EVENT_SERVICE = "tidegate.service";
        /// On the decision: one reason against it.
        EVENT_BLOCKER = "tidegate.blocker";
        /// On a stage: one finding, the worst first.
        EVENT_FINDING = "tidegate.finding";
        /// On a stage: one line that the plugin wrote.
        EVENT_LOG = "tidegate.plugin.log";
    }
    "The decision" {
        /// The decision's id.
        DECISION_ID = "tidegate.decision.id";
        /// `DEPLOY`, `REMEDIATE` or `HOLD`.
        DECISION_OUTCOME = "tidegate.decision.outcome";
        /// Whether the deployment may go on.
        DECISION_ALLOWED = "tidegate.decision.allowed";
        /// Whether somebody asked to deploy whatever comes of it.
        DECISION_FORCED = "tidegate.decision.forced";
        /// The score as it is printed.
        DECISION_SCORE = "tidegate.decision.score";
        /// How many reasons against it there are.
        DECISION_BLOCKING = "tidegate.decision.blocking";
        /// The policy set that decided.
        POLICY_SET_ID = "tidegate.policy_set.id";
        /// Its version.
        POLICY_SET_VERSION = "tidegate.policy_set.version";
        /// Its digest, overrides included.
        POLICY_SET_DIGEST = "tidegate.policy_set.digest";
        /// The bundle that it is a part of.
        BUNDLE_DIGEST = "tidegate.bundle.digest";
        /// Why it was asked for: `push`, `manual`, `schedule`, `promotion`, `rollback`.
        CAUSE = "tidegate.deployment.cause";
        /// Services to be deployed.
        SERVICES = "tidegate.deployment.services";
        /// Documents of evidence.
        EVIDENCE_DOCUMENTS = "tidegate.evidence.documents";
        /// Bytes of evidence.
        EVIDENCE_BYTES = "tidegate.evidence.bytes";
        /// Spans, events and attributes that were left out because the tree would have been too large.
        CUT = "tidegate.spans.cut";
        /// On a link: what the other decision is to this one: `retried`, or `overridden`.
        LINK_KIND = "tidegate.link.kind";
    }
    "A watch" {
        /// The watch's id.
        WATCH_ID = "tidegate.watch.id";
        /// How it stands from then on: `running`, `healthy`, `rolled_back`, `inconclusive`, `cancelled` or `expired`.
        WATCH_STATE = "tidegate.watch.state";
        /// What its plugin advised: `proceed`, `hold` or `roll_back`.
        WATCH_ADVICE = "tidegate.watch.advice";
    }
    "A rollback" {
        /// The rollback's id.
        ROLLBACK_ID = "tidegate.rollback.id";
        /// `ordered`, or why it was withheld.
        ROLLBACK_FATE = "tidegate.rollback.fate";
    }
    "An incident" {
        /// The incident's id.
        INCIDENT_ID = "tidegate.incident.id";
        /// What happened: `opened`, `acknowledged`, `updated`, `escalated` or `resolved`.
        INCIDENT_HAPPENING = "tidegate.incident.happening";
        /// `P0` to `P3`.
        INCIDENT_PRIORITY = "tidegate.incident.priority";
    }
    "A stage" {
        /// The stage.
        STAGE_ID = "tidegate.stage.id";
        /// What was concluded: `pass`, `fail`, `hold`, `not_applicable`, `inconclusive`, `skipped`, `error`.
        STAGE_RESULT = "tidegate.stage.result";
        /// What its failure does: `block`, `warn`, `monitor`.
        STAGE_MODE = "tidegate.stage.mode";
        /// The service it was judged for.
        STAGE_SERVICE = "tidegate.stage.service";
        /// Its share of what was asked, `numerator/denominator`.
        STAGE_SCORE = "tidegate.stage.score";
        /// Whether it stands against the deployment.
        STAGE_BLOCKING = "tidegate.stage.blocking";
        /// In one sentence, cut.
        STAGE_SUMMARY = "tidegate.stage.summary";
        /// Findings, those that are not listed included.
        STAGE_FINDINGS = "tidegate.stage.findings";
        /// The plugin, as the policy set names it.
        PLUGIN_NAME = "tidegate.plugin.name";
        /// Its own version.
        PLUGIN_VERSION = "tidegate.plugin.version";
        /// The digest of its component.
        PLUGIN_DIGEST = "tidegate.plugin.digest";
        /// Nanoseconds of waiting for a place to run.
        PLUGIN_QUEUE_NS = "tidegate.plugin.queue_ns";
        /// Nanoseconds of making a fresh instance.
        PLUGIN_INSTANTIATE_NS = "tidegate.plugin.instantiate_ns";
        /// Nanoseconds of the call.
        PLUGIN_CALL_NS = "tidegate.plugin.call_ns";
        /// Bytes: the most linear memory that the instance had.
        PLUGIN_MEMORY_PEAK = "tidegate.plugin.memory_peak_bytes";
        /// Who has to act: `plugin`, `host`, `policy`, `caller`.
        BLAME = "tidegate.blame";
    }
    "A finding, a line, a reason" {
        /// The rule, within its stage.
        RULE_ID = "tidegate.rule.id";
        /// `info`, `low`, `medium`, `high`, `critical`.
        FINDING_SEVERITY = "tidegate.finding.severity";
        /// Its message, cut.
        FINDING_MESSAGE = "tidegate.finding.message";
        /// What it is about, cut.
        FINDING_SUBJECT = "tidegate.finding.subject";
        /// Where it is, cut.
        FINDING_LOCATION = "tidegate.finding.location";
        /// The waiver that tolerates it.
        WAIVER_ID = "tidegate.waiver.id";
        /// `debug`, `info`, `warn`, `error`.
        LOG_LEVEL = "tidegate.log.level";
        /// The line, cut.
        LOG_MESSAGE = "tidegate.log.message";
        /// `failed`, `held`, `undecided`.
        BLOCKER_WHY = "tidegate.blocker.why";
        /// A service of the deployment.
        SERVICE_NAME = "tidegate.service.name";
        /// The version that it is to have.
        SERVICE_VERSION = "tidegate.service.version";
    }
    "OpenTelemetry's own" {
        /// Of what kind an error is; few values.
        ERROR_TYPE = "error.type";
        /// Where to.
        ENVIRONMENT = "deployment.environment.name";
        /// The attempt.
        DEPLOYMENT_ID = "deployment.id";
        /// The pipeline's run, as the label `pipeline_run` names it.
        PIPELINE_RUN_ID = "cicd.pipeline.run.id";
        /// The pipeline, as the label `pipeline` names it.
        PIPELINE_NAME = "cicd.pipeline.name";
        /// The repository that the revision is of.
        REPOSITORY = "vcs.repository.url.full";
        /// The commit.
        REVISION = "vcs.ref.head.revision";
        /// The branch or tag.
        REF_NAME = "vcs.ref.head.name";
        /// The digest of what is deployed.
        ARTIFACT_HASH = "artifact.hash";
        /// Its version.
        ARTIFACT_VERSION = "artifact.version";
        /// Who asked, as the gate knows them.
        USER_ID = "user.id";
        /// The person behind it, where one is known.
        USER_NAME = "user.name";
        /// On the resource: `tidegate`.
        RESOURCE_SERVICE_NAME = "service.name";
        /// On the resource: the gate's version.
        RESOURCE_SERVICE_VERSION = "service.version";
        /// The request's method.
        HTTP_METHOD = "http.request.method";
        /// The route, with `{}` where values stand.
        HTTP_ROUTE = "http.route";
        /// The answer's status.
        HTTP_STATUS = "http.response.status_code";
    }
    "Read by the exporter, and not exported" {
        /// Which side of a call a span is.
        KIND = "otel.kind";
        /// The span's name, where it is not known when the code is written.
        NAME = "otel.name";
        /// `ERROR` where the gate could not decide. A refusal is not an error.
        STATUS = "otel.status_code";
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Name};
    use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path};

    const HEAD: &str = "# What the gate's spans and attributes are called\n\nWritten from `src/telemetry/names.rs`; \
        `TIDEGATE_BLESS=1 cargo test --workspace --lib names` writes it anew.\n";

    fn page() -> String {
        let mut page = HEAD.to_owned();
        for section in ALL {
            write!(page, "\n## {}\n\n| name | meaning |\n|---|---|\n", section.title).unwrap();
            for Name { text, meaning } in section.names {
                writeln!(page, "| `{text}` | {} |", meaning.trim()).unwrap();
            }
        }
        page
    }

    #[test]
    fn the_page_says_what_the_table_says() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("TELEMETRY.md");
        if env::var_os("TIDEGATE_BLESS").is_some_and(|value| value == "1") {
            fs::write(&file, page()).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        assert!(written == page(), "TELEMETRY.md is not what the table says; TIDEGATE_BLESS=1 writes it anew");
    }

    #[test]
    fn every_name_stands_for_one_thing() {
        let mut seen = BTreeSet::new();
        for name in ALL.iter().flat_map(|section| section.names) {
            assert!(seen.insert(name.text), "{}", name.text);
            assert!(name.meaning.trim().ends_with('.'), "{}", name.text);
        }
    }
}
