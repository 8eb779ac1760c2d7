-- What an auditor's own SQL is written against: these views keep their columns and their meaning, whatever becomes of the tables below.
-- `VIEWS.md` says what each column is. A view only gains columns, at its end.
--
-- People, and what callers typed, stand here by name where the record still has it, and salted where it was forgotten.

CREATE VIEW audit_decisions AS
SELECT d.id AS decision, d.leaf_index, d.evaluated_at, d.recorded_at, d.deployment, d.environment, d.cause, d.outcome, d.permission,
    d.allowed, d.policy_set, d.policy_version, d.policy_digest, f.enforcement, f.share, f.blocking,
    COALESCE(a.text, f.actor) AS actor, COALESCE(p.text, f.person) AS person, f.repository, f.revision,
    f.forced_state, f.forced_reason, COALESCE(b.text, f.forced_by) AS forced_by
FROM decisions d
LEFT JOIN decision_facts f ON f.leaf_index = d.leaf_index
LEFT JOIN private_texts a ON a.salted = f.actor
LEFT JOIN private_texts p ON p.salted = f.person
LEFT JOIN private_texts b ON b.salted = f.forced_by;

CREATE VIEW audit_services AS
SELECT s.decision, d.leaf_index, d.evaluated_at, d.environment, s.service, s.version, s.artifact
FROM decision_services s JOIN decisions d ON d.id = s.decision;

CREATE VIEW audit_labels AS
SELECT d.id AS decision, t.leaf_index, t.term AS label, COALESCE(p.text, t.value) AS value
FROM decision_terms t JOIN decisions d ON d.leaf_index = t.leaf_index
LEFT JOIN private_texts p ON p.salted = t.value
WHERE t.term IN ('ticket', 'pipeline_run');

CREATE VIEW audit_stages AS
SELECT d.id AS decision, s.leaf_index, d.evaluated_at, d.environment, d.policy_set, s.stage, s.plugin, s.plugin_digest, s.mode,
    s.conclusion, s.evaluations, s.findings, s.waived, s.blocking, s.would_block, s.took_ns
FROM stage_results s JOIN decisions d ON d.leaf_index = s.leaf_index;

CREATE VIEW audit_rules AS
SELECT d.id AS decision, r.leaf_index, d.evaluated_at, d.environment, d.policy_set, r.stage, r.rule, NULLIF(r.waiver, '') AS waiver,
    r.findings, r.decisive
FROM rule_findings r JOIN decisions d ON d.leaf_index = r.leaf_index;

CREATE VIEW audit_acts AS
SELECT a.leaf_index, a.kind, a.at, COALESCE(p.text, a.made_by) AS made_by, a.what
FROM acts a LEFT JOIN private_texts p ON p.salted = a.made_by;

CREATE VIEW audit_confirmations AS
SELECT c.decision, c.leaf_index, c.confirmed_at, c.confirmed_by, c.expires_at FROM confirmations c;

CREATE VIEW audit_obligations AS
SELECT o.id AS obligation, o.decision, o.kind, o.environment, o.service, o.waiver, o.owner, o.opened_at, o.due_at, o.holds_from,
    o.fulfilled_at, o.fulfilled_by
FROM obligations o;

CREATE VIEW audit_events AS
SELECT e.leaf_index, e.decision, e.deployment, e.event, e.permitted, e.at, e.said_at, e.said_by FROM deployment_events e;
