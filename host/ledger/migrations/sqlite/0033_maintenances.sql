-- Windows in which people work on services.

-- One row for each, as its leaves say: how it was planned, and how it stands since its last step. `services` and `items` are JSON. `opened_in` and
-- `ended_in` are the leaves in which it opened and ended.
CREATE TABLE maintenances (
    id          TEXT NOT NULL PRIMARY KEY,
    leaf_index  INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT NOT NULL,
    planned_by  TEXT NOT NULL,
    reason      TEXT NOT NULL,
    environment TEXT NOT NULL,
    policy_set  TEXT NOT NULL,
    asked_in    TEXT NOT NULL,
    verified_in TEXT NOT NULL,
    scope       TEXT NOT NULL,
    services    TEXT NOT NULL,
    begins_at   TEXT NOT NULL,
    ends_at     TEXT NOT NULL,
    items       TEXT NOT NULL,
    anew        INTEGER NOT NULL,
    emergency   TEXT,
    decision    TEXT,
    due_at      TEXT,
    state       TEXT NOT NULL,
    steps       INTEGER NOT NULL,
    opened_in   INTEGER REFERENCES leaves (leaf_index),
    ended_in    INTEGER REFERENCES leaves (leaf_index)
);
CREATE INDEX maintenances_by_environment ON maintenances (environment, opened_in);

-- What became of each since, in its order. `decision` is the one that let it open, or the one that verified it. Decisions may lie in an archive.
CREATE TABLE maintenance_steps (
    maintenance TEXT NOT NULL,
    number      INTEGER NOT NULL,
    leaf_index  INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT NOT NULL,
    step        TEXT NOT NULL,
    said_by     TEXT NOT NULL,
    reason      TEXT,
    decision    TEXT,
    stated      TEXT NOT NULL,
    PRIMARY KEY (maintenance, number)
) WITHOUT ROWID;
