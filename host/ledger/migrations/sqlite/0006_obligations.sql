-- What forced deployments leave to be done: what the leaves of their decisions, confirmations and fulfilments say, here for looking
-- them up. `opened_at`: when the deployment was allowed; none while it awaits its confirmation, and then nothing is owed. The services
-- are those of the decision. People and texts here are deletable with the row.
CREATE TABLE obligations (
    id             TEXT NOT NULL PRIMARY KEY,
    decision       TEXT NOT NULL REFERENCES decisions (id),
    kind           TEXT NOT NULL,
    environment    TEXT NOT NULL,
    owner          TEXT NOT NULL,
    within_s       INTEGER NOT NULL CHECK (within_s >= 0),
    grace_s        INTEGER NOT NULL CHECK (grace_s >= 0),
    opened_at      TEXT,
    due_at         TEXT,
    holds_from     TEXT,
    leaf_index     INTEGER UNIQUE REFERENCES leaves (leaf_index),
    fulfilled_at   TEXT,
    fulfilled_by   TEXT,
    fulfilled_with TEXT
);
CREATE INDEX obligations_by_decision ON obligations (decision);
CREATE INDEX obligations_open ON obligations (environment, due_at) WHERE fulfilled_at IS NULL;
