-- What an auditor looks decisions up by, and what is counted over them. All of it follows from the leaves and the bodies that they name.
--
-- People, and what callers typed, stand here as in the leaf: salted. Whoever looks for a name asks for what it was salted to, so
-- forgetting a name leaves these rows as they are.

-- One row for each thing that a decision can be found by: `term` is one of `service`, `artifact`, `commit`, `actor`, `ticket`,
-- `pipeline_run`, `forced`, `rule` (`tests.pass-rate` and `unit_tests/tests.pass-rate`), `waiver`.
CREATE TABLE decision_terms (
    term       TEXT NOT NULL,
    value      TEXT NOT NULL,
    leaf_index INTEGER NOT NULL REFERENCES leaves (leaf_index),
    PRIMARY KEY (term, value, leaf_index)
) WITHOUT ROWID;

CREATE INDEX decisions_by_outcome ON decisions (outcome, leaf_index);
CREATE INDEX decisions_by_policy_set ON decisions (policy_set, leaf_index);

-- What a list says of a decision beside its row in `decisions`. `share` is the score, `n/d`. `forced_state` is `granted`,
-- `awaiting_confirmation` or `refused`, and NULL where nobody asked to deploy all the same.
CREATE TABLE decision_facts (
    leaf_index    INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    decision      TEXT NOT NULL,
    actor         TEXT NOT NULL,
    person        TEXT,
    repository    TEXT,
    revision      TEXT,
    share         TEXT,
    blocking      INTEGER NOT NULL,
    enforcement   TEXT NOT NULL,
    forced_state  TEXT,
    forced_reason TEXT,
    forced_by     TEXT
);

-- Between which leaves the decisions of an hour lie (`2026-03-31T14`, by `evaluated_at`): what makes a range of time one of leaves,
-- also where a clock went back.
CREATE TABLE decision_hours (
    hour       TEXT NOT NULL PRIMARY KEY,
    first_leaf INTEGER NOT NULL,
    last_leaf  INTEGER NOT NULL,
    decisions  INTEGER NOT NULL
) WITHOUT ROWID;

-- What each stage concluded. `findings` are those listed, `waived` those of them that a waiver tolerates, `blocking` the reasons that stand
-- against the deployment, `took_ns` the nanoseconds that the plugin took, all services together.
CREATE TABLE stage_results (
    leaf_index    INTEGER NOT NULL REFERENCES leaves (leaf_index),
    stage         TEXT NOT NULL,
    plugin        TEXT NOT NULL,
    plugin_digest TEXT NOT NULL,
    mode          TEXT NOT NULL,
    conclusion    TEXT NOT NULL,
    evaluations   INTEGER NOT NULL,
    findings      INTEGER NOT NULL,
    waived        INTEGER NOT NULL,
    blocking      INTEGER NOT NULL,
    would_block   INTEGER NOT NULL,
    took_ns       INTEGER,
    PRIMARY KEY (leaf_index, stage)
) WITHOUT ROWID;
CREATE INDEX stage_results_by_conclusion ON stage_results (stage, conclusion, leaf_index);
CREATE INDEX stage_results_blocking ON stage_results (stage, leaf_index) WHERE blocking > 0;

-- Rules that listed findings cite, by the waiver that tolerates them ('' where none does). `decisive`: of these findings those that fail
-- their stage. Counted from the stage's body; of a body that was deleted the rows stay as they are.
CREATE TABLE rule_findings (
    leaf_index INTEGER NOT NULL REFERENCES leaves (leaf_index),
    stage      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    waiver     TEXT NOT NULL,
    findings   INTEGER NOT NULL,
    decisive   INTEGER NOT NULL,
    PRIMARY KEY (leaf_index, stage, rule, waiver)
) WITHOUT ROWID;

-- Every act of power. `made_by` is salted; `what` names what it was done to: a decision, an obligation, a token, a waiver, a digest.
CREATE TABLE acts (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    kind       TEXT NOT NULL,
    at         TEXT NOT NULL,
    made_by    TEXT,
    what       TEXT
);
CREATE INDEX acts_by_kind ON acts (kind, leaf_index);
CREATE INDEX acts_by_person ON acts (made_by, leaf_index);

-- Which derived tables were made from the leaves that were there before them: those of which generation. A ledger that is behind gets
-- its rows when it is opened.
CREATE TABLE derived_generation (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL CHECK (generation >= 0)
);
INSERT INTO derived_generation (one, generation) VALUES (1, 0);
