-- What went wrong after deployments, and what was done about it.

-- One row for each incident, as its leaves say: how it was opened and how it stands since its last change. `plan` is the digest of a body. Of one
-- cause there is one. The decision may lie in an archive by now.
CREATE TABLE incidents (
    id              TEXT NOT NULL PRIMARY KEY,
    leaf_index      INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    cause           TEXT NOT NULL UNIQUE,
    decision        TEXT NOT NULL,
    environment     TEXT NOT NULL,
    services        TEXT NOT NULL,
    watch           TEXT,
    opened_by       TEXT,
    opened_at       TEXT NOT NULL,
    detected_at     TEXT NOT NULL,
    priority        TEXT NOT NULL,
    rule            TEXT NOT NULL,
    plan            TEXT NOT NULL,
    levels          INTEGER NOT NULL,
    state           TEXT NOT NULL,
    changes         INTEGER NOT NULL,
    level           INTEGER NOT NULL,
    acknowledge_by  TEXT,
    update_by       TEXT,
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    resolved_at     TEXT,
    resolved_by     TEXT,
    downtime_ns     INTEGER
);
CREATE INDEX incidents_by_decision ON incidents (decision, leaf_index);
CREATE INDEX incidents_by_watch ON incidents (watch);
CREATE INDEX incidents_unacknowledged ON incidents (acknowledge_by) WHERE state = 'open';

-- One row for each leaf of an incident: its timeline. Number 0 opened it. `done` are the numbers of tasks.
CREATE TABLE incident_changes (
    leaf_index INTEGER NOT NULL PRIMARY KEY REFERENCES leaves (leaf_index),
    incident   TEXT NOT NULL,
    number     INTEGER NOT NULL,
    happening  TEXT NOT NULL,
    at         TEXT NOT NULL,
    by_whom    TEXT,
    level      INTEGER NOT NULL,
    done       TEXT NOT NULL,
    UNIQUE (incident, number)
);

-- What leaves of incidents say in people's words, which can be forgotten.
CREATE TABLE incident_texts (
    incident TEXT NOT NULL,
    number   INTEGER NOT NULL,
    what     TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (incident, number, what)
);

-- What people are told of incidents, and whether they were: as notices are kept. Apart from these, because a gate of an older build cannot read a
-- kind that it does not know, and would send nothing at all.
CREATE TABLE incident_notices (
    id           TEXT NOT NULL PRIMARY KEY,
    decision     TEXT NOT NULL REFERENCES decisions (id),
    leaf_index   INTEGER NOT NULL REFERENCES leaves (leaf_index),
    kind         TEXT NOT NULL,
    contact      TEXT NOT NULL,
    address      TEXT NOT NULL,
    body         TEXT,
    written_at   TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'undeliverable')),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      TEXT NOT NULL,
    delivered_at TEXT,
    last_error   TEXT
);
CREATE INDEX incident_notices_by_state ON incident_notices (state, next_at);
CREATE INDEX incident_notices_by_decision ON incident_notices (decision);
