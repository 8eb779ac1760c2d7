//! What somebody does to derived tables.

/// Each derived table: a change of a row, a removal of one, and one that was added. Key columns are left alone by the change.
pub(super) const TAMPERING: &[(&str, &str, &str, &str)] = &[
    (
        "decisions",
        "UPDATE decisions SET outcome = 'DEPLOY' WHERE id = 'b'",
        "DELETE FROM decisions WHERE id = 'b'",
        "INSERT INTO decisions SELECT 'x', 0, evaluated_at, recorded_at, environment, cause, outcome, permission, allowed, \
         policy_set, policy_version, policy_digest, deployment FROM decisions WHERE id = 'b'",
    ),
    (
        "decision_services",
        "UPDATE decision_services SET version = '9.9.9' WHERE decision = 'b'",
        "DELETE FROM decision_services WHERE decision = 'b'",
        "INSERT INTO decision_services SELECT decision, 'web', version, artifact FROM decision_services WHERE decision = 'b'",
    ),
    (
        "decision_facts",
        "UPDATE decision_facts SET forced_state = NULL WHERE decision = 'b'",
        "DELETE FROM decision_facts WHERE decision = 'b'",
        "INSERT INTO decision_facts SELECT 0, decision, actor, person, repository, revision, share, blocking, enforcement, \
         forced_state, forced_reason, forced_by FROM decision_facts WHERE decision = 'b'",
    ),
    (
        "decision_hours",
        "UPDATE decision_hours SET first_leaf = last_leaf",
        "DELETE FROM decision_hours",
        "INSERT INTO decision_hours VALUES ('2026-03-31T15', 0, 0, 1)",
    ),
    (
        "decision_terms",
        // All of its columns are its key.
        "",
        "DELETE FROM decision_terms WHERE term = 'service'",
        "INSERT INTO decision_terms VALUES ('service', 'zeal', 1)",
    ),
    (
        "stage_results",
        "UPDATE stage_results SET conclusion = 'pass' WHERE stage = 'unit_tests'",
        "DELETE FROM stage_results WHERE stage = 'unit_tests'",
        "INSERT INTO stage_results SELECT leaf_index, 'zeal', plugin, plugin_digest, mode, conclusion, evaluations, findings, \
         waived, blocking, would_block, took_ns FROM stage_results WHERE stage = 'unit_tests'",
    ),
    (
        "rule_findings",
        "UPDATE rule_findings SET decisive = 0",
        "DELETE FROM rule_findings",
        "INSERT INTO rule_findings SELECT leaf_index, stage, 'zeal', waiver, findings, decisive FROM rule_findings",
    ),
    (
        "span_trees",
        "UPDATE span_trees SET digest = 'x'",
        "DELETE FROM span_trees",
        "INSERT INTO span_trees SELECT 0, decision, digest, written_at FROM span_trees",
    ),
    (
        "trace_reaches",
        "UPDATE trace_reaches SET environment = 'elsewhere'",
        "DELETE FROM trace_reaches",
        "INSERT INTO trace_reaches VALUES (0, 'elsewhere', 'api')",
    ),
    (
        "traces",
        "UPDATE traces SET root_name = 'x'",
        "DELETE FROM traces",
        "INSERT INTO traces SELECT 0, trace_id, decision, reach, root_service, root_name, start_ns, duration_ns, spans FROM traces",
    ),
    (
        "spans",
        "UPDATE spans SET status = 0",
        "DELETE FROM spans",
        "INSERT INTO spans SELECT 0, leaf_index, part, span_id, parent_id, name, kind, status, start_ns, duration_ns \
         FROM spans LIMIT 1",
    ),
    (
        "attribute_keys",
        "UPDATE attribute_keys SET name = 'x'",
        "DELETE FROM attribute_keys",
        "INSERT INTO attribute_keys VALUES (0, 'span', 'x')",
    ),
    (
        "attribute_values",
        "UPDATE attribute_values SET text = 'x'",
        "DELETE FROM attribute_values",
        "INSERT INTO attribute_values VALUES (0, 'x', NULL)",
    ),
    (
        "span_attributes",
        // There is nothing in it but its key.
        "",
        "DELETE FROM span_attributes",
        "INSERT INTO span_attributes VALUES (1, 2, 3)",
    ),
    (
        "trace_profiles",
        "UPDATE trace_profiles SET profile = 1",
        "DELETE FROM trace_profiles",
        "INSERT INTO trace_profiles VALUES (0, 1)",
    ),
    (
        "profile_hours",
        "UPDATE profile_hours SET trees = trees + 1",
        "DELETE FROM profile_hours",
        "INSERT INTO profile_hours VALUES (1, 2, 3, 4)",
    ),
    (
        "profile_spans",
        "UPDATE profile_spans SET spans = spans + 1",
        "DELETE FROM profile_spans",
        "INSERT INTO profile_spans VALUES (1, 2, 3, 4, 5)",
    ),
    (
        "profile_attributes",
        // There is nothing in it but its key.
        "",
        "DELETE FROM profile_attributes",
        "INSERT INTO profile_attributes VALUES (1, 2, 3, 4)",
    ),
    (
        "forced_deployments",
        "UPDATE forced_deployments SET person = 'somebody else' WHERE decision = 'a'",
        "DELETE FROM forced_deployments WHERE decision = 'a'",
        "INSERT INTO forced_deployments SELECT 'x', environment, person, at FROM forced_deployments WHERE decision = 'a'",
    ),
    (
        "obligations",
        "UPDATE obligations SET holds_from = '2099-01-01T00:00:00Z' WHERE id = 'b-tests'",
        "DELETE FROM obligations WHERE id = 'b-tests'",
        "INSERT INTO obligations (id, decision, kind, environment, owner, within_s, grace_s) \
         SELECT 'x', decision, kind, environment, owner, within_s, grace_s FROM obligations WHERE id = 'b-tests'",
    ),
    (
        "confirmations",
        "UPDATE confirmations SET confirmed_by = 'somebody else'",
        "DELETE FROM confirmations",
        "INSERT INTO confirmations VALUES ('b', 0, '2026-03-31T15:00:00Z', 'x', '2099-01-01T00:00:00Z')",
    ),
    (
        "permits",
        "UPDATE permits SET valid_until = '2099-01-01T00:00:00Z'",
        "DELETE FROM permits",
        "INSERT INTO permits SELECT 'x', decision, 0, given_at, given_to, valid_until, 0, NULL, NULL FROM permits",
    ),
    (
        "revocations",
        "UPDATE revocations SET revoked_by = NULL || 'x' WHERE 1 = 0; UPDATE revocations SET revoked_by = 'x'",
        "DELETE FROM revocations",
        "INSERT INTO revocations VALUES ('b', 0, '2026-03-31T15:00:00Z', 'x')",
    ),
    (
        "deployment_events",
        "UPDATE deployment_events SET event = 'succeeded'",
        "DELETE FROM deployment_events",
        "INSERT INTO deployment_events SELECT 0, decision, deployment, event, permitted, at, said_at, said_by \
         FROM deployment_events",
    ),
    (
        "waiver_agreements",
        "UPDATE waiver_agreements SET agreed_by = 'x'",
        "DELETE FROM waiver_agreements",
        "INSERT INTO waiver_agreements SELECT 'x', 0, agreed_at, agreed_by FROM waiver_agreements",
    ),
    (
        "statements",
        "UPDATE statements SET made_by = 'x'",
        "DELETE FROM statements",
        "INSERT INTO statements SELECT scope, 'x', 0, made_at, made_by FROM statements",
    ),
    (
        "tokens",
        "UPDATE tokens SET revoked_at = NULL",
        "DELETE FROM tokens",
        "INSERT INTO tokens SELECT 'x', secret, holder, created_at, expires_at, NULL, NULL FROM tokens",
    ),
    (
        "acts",
        "UPDATE acts SET what = 'x' WHERE kind = 'start'",
        "DELETE FROM acts WHERE kind = 'start'",
        "INSERT INTO acts SELECT 1, kind, at, made_by, what FROM acts WHERE kind = 'start'",
    ),
    (
        "removed_bodies",
        // There is nothing in it but its key.
        "",
        "DELETE FROM removed_bodies",
        "INSERT INTO removed_bodies VALUES ('x', 0)",
    ),
    (
        "legal_holds",
        "UPDATE legal_holds SET environment = NULL",
        "DELETE FROM legal_holds",
        "INSERT INTO legal_holds (name, leaf_index, placed_at, placed_by, reason) VALUES ('x', 0, '', '', '')",
    ),
    (
        "rollbacks",
        "UPDATE rollbacks SET to_version = '9.9.9'",
        "DELETE FROM rollbacks",
        "INSERT INTO rollbacks (id, leaf_index, at, cause, reasons, decision, environment, service, from_version) \
         VALUES ('x', 0, '', 'x', '[]', 'b', '', '', '')",
    ),
    (
        "verifications",
        "UPDATE verifications SET verifies = 'a'",
        "DELETE FROM verifications",
        "INSERT INTO verifications (decision, leaf_index, verifies) VALUES ('a', 0, 'b')",
    ),
    (
        "archives",
        "UPDATE archives SET manifest = 'x'",
        "DELETE FROM archives",
        "INSERT INTO archives SELECT 0, first_leaf, size, root, manifest, decisions, archived_at, archived_by FROM archives",
    ),
    (
        "archived_decisions",
        "UPDATE archived_decisions SET archive = 0",
        "DELETE FROM archived_decisions",
        "INSERT INTO archived_decisions SELECT 'x', 0, archive FROM archived_decisions",
    ),
    (
        "watches",
        "UPDATE watches SET state = 'healthy'",
        "DELETE FROM watches",
        "INSERT INTO watches (id, leaf_index, decision, environment, cause, plan, started_at, started_by, deployed_at, ends_at, \
         step_ns, state, looks, changes) SELECT 'x', 0, decision, environment, cause, plan, started_at, started_by, \
         deployed_at, ends_at, step_ns, state, looks, changes FROM watches",
    ),
    (
        "watch_alerts",
        "UPDATE watch_alerts SET state = 'resolved'",
        "DELETE FROM watch_alerts",
        "INSERT INTO watch_alerts SELECT 'x', alert, state, since, fingerprint, labels, left_out, said_by, 0, at FROM watch_alerts",
    ),
    (
        "incidents",
        "UPDATE incidents SET state = 'resolved'",
        "DELETE FROM incidents",
        "INSERT INTO incidents (id, leaf_index, cause, decision, environment, services, opened_at, detected_at, priority, rule, plan, \
         levels, state, changes, level) SELECT 'x', 0, 'x', decision, environment, services, opened_at, detected_at, priority, rule, \
         plan, levels, state, changes, level FROM incidents",
    ),
    (
        "incident_changes",
        "UPDATE incident_changes SET level = 7",
        "DELETE FROM incident_changes",
        "INSERT INTO incident_changes (leaf_index, incident, number, happening, at, level, done) VALUES (0, 'x', 0, 'opened', '', 0, '[]')",
    ),
    (
        "incident_texts",
        "UPDATE incident_texts SET text = 'x'",
        "DELETE FROM incident_texts",
        "INSERT INTO incident_texts (incident, number, what, text) VALUES ('x', 0, 'title', 'x')",
    ),
    (
        "maintenances",
        "UPDATE maintenances SET state = 'open'",
        "DELETE FROM maintenances",
        "INSERT INTO maintenances (id, leaf_index, at, planned_by, reason, environment, policy_set, asked_in, verified_in, scope, \
         services, begins_at, ends_at, items, anew, state, steps) SELECT 'x', 0, at, planned_by, reason, environment, policy_set, \
         asked_in, verified_in, scope, services, begins_at, ends_at, items, anew, state, steps FROM maintenances",
    ),
    (
        "maintenance_steps",
        "UPDATE maintenance_steps SET said_by = 'x'",
        "DELETE FROM maintenance_steps",
        "INSERT INTO maintenance_steps (maintenance, number, leaf_index, at, step, said_by, stated) \
         VALUES ('x', 1, 0, '', 'approved', '', '[]')",
    ),
];
