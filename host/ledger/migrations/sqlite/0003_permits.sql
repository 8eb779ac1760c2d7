-- Permits, revocations and what became of deployments: what the leaves of these acts say, here for looking them up.

-- Which attempt a decision was about, as its caller named it.
ALTER TABLE decisions ADD COLUMN deployment TEXT NOT NULL DEFAULT '';
CREATE INDEX decisions_by_deployment ON decisions (deployment, leaf_index);
-- Which decisions came after one, in the same environment.
CREATE INDEX decisions_by_environment ON decisions (environment, leaf_index);

-- `key` and `request` are those of an idempotency key: a retry gets the permit that it led to.
CREATE TABLE permits (
    id          TEXT NOT NULL PRIMARY KEY,
    decision    TEXT NOT NULL REFERENCES decisions (id),
    leaf_index  INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    given_at    TEXT NOT NULL,
    given_to    TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    single_use  INTEGER NOT NULL,
    key         TEXT,
    request     TEXT
);
CREATE INDEX permits_by_decision ON permits (decision, leaf_index);
CREATE UNIQUE INDEX permits_are_given_once ON permits (decision) WHERE single_use = 1;
CREATE UNIQUE INDEX permits_by_key ON permits (given_to, key) WHERE key IS NOT NULL;

CREATE TABLE revocations (
    decision   TEXT NOT NULL PRIMARY KEY REFERENCES decisions (id),
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    revoked_at TEXT NOT NULL,
    revoked_by TEXT NOT NULL
);

-- `at` is the gate's own time; `said_at` is what the caller says, if anything.
CREATE TABLE deployment_events (
    leaf_index  INTEGER NOT NULL PRIMARY KEY REFERENCES leaves (leaf_index),
    decision    TEXT NOT NULL REFERENCES decisions (id),
    deployment  TEXT NOT NULL,
    event       TEXT NOT NULL,
    permitted   INTEGER NOT NULL,
    at          TEXT NOT NULL,
    said_at     TEXT,
    said_by     TEXT NOT NULL
);
CREATE INDEX deployment_events_by_deployment ON deployment_events (deployment, leaf_index);
