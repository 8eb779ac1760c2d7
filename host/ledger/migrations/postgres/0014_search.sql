-- The twin of sqlite/0014_search.sql.
--
-- What an auditor looks decisions up by, and what is counted over them. All of it follows from the leaves and the bodies that they name.
--
-- People, and what callers typed, stand here as in the leaf: salted. Whoever looks for a name asks for what it was salted to, so
-- forgetting a name leaves these rows as they are.

-- One row for each thing that a decision can be found by: `term` is one of `service`, `artifact`, `commit`, `actor`, `ticket`,
-- `pipeline_run`, `forced`, `rule` (`tests.pass-rate` and `unit_tests/tests.pass-rate`), `waiver`.
CREATE TABLE decision_terms (
    term       TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT NOT NULL REFERENCES leaves (leaf_index),
    PRIMARY KEY (term, value, leaf_index)
);

CREATE INDEX decisions_by_outcome ON decisions (outcome, leaf_index);
CREATE INDEX decisions_by_policy_set ON decisions (policy_set, leaf_index);

-- What a list says of a decision beside its row in `decisions`. `share` is the score, `n/d`. `forced_state` is `granted`,
-- `awaiting_confirmation` or `refused`, and NULL where nobody asked to deploy all the same.
CREATE TABLE decision_facts (
    leaf_index    BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    decision      TEXT COLLATE "C" NOT NULL,
    actor         TEXT COLLATE "C" NOT NULL,
    person        TEXT COLLATE "C",
    repository    TEXT COLLATE "C",
    revision      TEXT COLLATE "C",
    share         TEXT COLLATE "C",
    blocking      BIGINT NOT NULL,
    enforcement   TEXT COLLATE "C" NOT NULL,
    forced_state  TEXT COLLATE "C",
    forced_reason TEXT COLLATE "C",
    forced_by     TEXT COLLATE "C"
);

-- Between which leaves the decisions of an hour lie (`2026-03-31T14`, by `evaluated_at`): what makes a range of time one of leaves,
-- also where a clock went back.
CREATE TABLE decision_hours (
    hour       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    first_leaf BIGINT NOT NULL,
    last_leaf  BIGINT NOT NULL,
    decisions  BIGINT NOT NULL
);

-- What each stage concluded. `findings` are those listed, `waived` those of them that a waiver tolerates, `blocking` the reasons that stand
-- against the deployment, `took_ns` the nanoseconds that the plugin took, all services together.
CREATE TABLE stage_results (
    leaf_index    BIGINT NOT NULL REFERENCES leaves (leaf_index),
    stage         TEXT COLLATE "C" NOT NULL,
    plugin        TEXT COLLATE "C" NOT NULL,
    plugin_digest TEXT COLLATE "C" NOT NULL,
    mode          TEXT COLLATE "C" NOT NULL,
    conclusion    TEXT COLLATE "C" NOT NULL,
    evaluations   BIGINT NOT NULL,
    findings      BIGINT NOT NULL,
    waived        BIGINT NOT NULL,
    blocking      BIGINT NOT NULL,
    would_block   BIGINT NOT NULL,
    took_ns       BIGINT,
    PRIMARY KEY (leaf_index, stage)
);
CREATE INDEX stage_results_by_conclusion ON stage_results (stage, conclusion, leaf_index);
CREATE INDEX stage_results_blocking ON stage_results (stage, leaf_index) WHERE blocking > 0;

-- Rules that listed findings cite, by the waiver that tolerates them ('' where none does). `decisive`: of these findings those that fail
-- their stage. Counted from the stage's body; of a body that was deleted the rows stay as they are.
CREATE TABLE rule_findings (
    leaf_index BIGINT NOT NULL REFERENCES leaves (leaf_index),
    stage      TEXT COLLATE "C" NOT NULL,
    rule       TEXT COLLATE "C" NOT NULL,
    waiver     TEXT COLLATE "C" NOT NULL,
    findings   BIGINT NOT NULL,
    decisive   BIGINT NOT NULL,
    PRIMARY KEY (leaf_index, stage, rule, waiver)
);

-- Every act of power. `made_by` is salted; `what` names what it was done to: a decision, an obligation, a token, a waiver, a digest.
CREATE TABLE acts (
    leaf_index BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    kind       TEXT COLLATE "C" NOT NULL,
    at         TEXT COLLATE "C" NOT NULL,
    made_by    TEXT COLLATE "C",
    what       TEXT COLLATE "C"
);
CREATE INDEX acts_by_kind ON acts (kind, leaf_index);
CREATE INDEX acts_by_person ON acts (made_by, leaf_index);

-- Which derived tables were made from the leaves that were there before them: those of which generation. A ledger that is behind gets
-- its rows when it is opened.
CREATE TABLE derived_generation (
    one        BIGINT PRIMARY KEY CHECK (one = 1),
    generation BIGINT NOT NULL CHECK (generation >= 0)
);
INSERT INTO derived_generation (one, generation) VALUES (1, 0);
