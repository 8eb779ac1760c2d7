-- What forced deployments leave to be done: what the leaves of their decisions, confirmations and fulfilments say, here for looking
-- them up. `opened_at`: when the deployment was allowed; none while it awaits its confirmation, and then nothing is owed. The services
-- are those of the decision. People and texts here are deletable with the row.
CREATE TABLE obligations (
    id             TEXT COLLATE "C" PRIMARY KEY,
    decision       TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    kind           TEXT COLLATE "C" NOT NULL,
    environment    TEXT COLLATE "C" NOT NULL,
    owner          TEXT COLLATE "C" NOT NULL,
    within_s       BIGINT NOT NULL CHECK (within_s >= 0),
    grace_s        BIGINT NOT NULL CHECK (grace_s >= 0),
    opened_at      TEXT COLLATE "C",
    due_at         TEXT COLLATE "C",
    holds_from     TEXT COLLATE "C",
    leaf_index     BIGINT UNIQUE REFERENCES leaves (leaf_index),
    fulfilled_at   TEXT COLLATE "C",
    fulfilled_by   TEXT COLLATE "C",
    fulfilled_with TEXT COLLATE "C"
);
CREATE INDEX obligations_by_decision ON obligations (decision);
CREATE INDEX obligations_open ON obligations (environment, due_at) WHERE fulfilled_at IS NULL;
