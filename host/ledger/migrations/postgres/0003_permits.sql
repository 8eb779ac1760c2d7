-- Permits, revocations and what became of deployments: what the leaves of these acts say, here for looking them up.

-- Which attempt a decision was about, as its caller named it.
ALTER TABLE decisions ADD COLUMN deployment TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX decisions_by_deployment ON decisions (deployment, leaf_index);
-- Which decisions came after one, in the same environment.
CREATE INDEX decisions_by_environment ON decisions (environment, leaf_index);

-- `key` and `request` are those of an idempotency key: a retry gets the permit that it led to.
CREATE TABLE permits (
    id          TEXT COLLATE "C" PRIMARY KEY,
    decision    TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    leaf_index  BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    given_at    TEXT COLLATE "C" NOT NULL,
    given_to    TEXT COLLATE "C" NOT NULL,
    valid_until TEXT COLLATE "C" NOT NULL,
    single_use  BIGINT NOT NULL,
    key         TEXT COLLATE "C",
    request     TEXT COLLATE "C"
);
CREATE INDEX permits_by_decision ON permits (decision, leaf_index);
CREATE UNIQUE INDEX permits_are_given_once ON permits (decision) WHERE single_use = 1;
CREATE UNIQUE INDEX permits_by_key ON permits (given_to, key) WHERE key IS NOT NULL;

CREATE TABLE revocations (
    decision   TEXT COLLATE "C" PRIMARY KEY REFERENCES decisions (id) DEFERRABLE,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    revoked_at TEXT COLLATE "C" NOT NULL,
    revoked_by TEXT COLLATE "C" NOT NULL
);

-- `at` is the gate's own time; `said_at` is what the caller says, if anything.
CREATE TABLE deployment_events (
    leaf_index BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    decision   TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    deployment TEXT COLLATE "C" NOT NULL,
    event      TEXT COLLATE "C" NOT NULL,
    permitted  BIGINT NOT NULL,
    at         TEXT COLLATE "C" NOT NULL,
    said_at    TEXT COLLATE "C",
    said_by    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deployment_events_by_deployment ON deployment_events (deployment, leaf_index);
