-- The twin of sqlite/0030_incidents.sql.

CREATE TABLE incidents (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    leaf_index      BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    cause           TEXT COLLATE "C" NOT NULL UNIQUE,
    decision        TEXT COLLATE "C" NOT NULL,
    environment     TEXT COLLATE "C" NOT NULL,
    services        TEXT COLLATE "C" NOT NULL,
    watch           TEXT COLLATE "C",
    opened_by       TEXT COLLATE "C",
    opened_at       TEXT COLLATE "C" NOT NULL,
    detected_at     TEXT COLLATE "C" NOT NULL,
    priority        TEXT COLLATE "C" NOT NULL,
    rule            TEXT COLLATE "C" NOT NULL,
    plan            TEXT COLLATE "C" NOT NULL,
    levels          BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL,
    changes         BIGINT NOT NULL,
    level           BIGINT NOT NULL,
    acknowledge_by  TEXT COLLATE "C",
    update_by       TEXT COLLATE "C",
    acknowledged_at TEXT COLLATE "C",
    acknowledged_by TEXT COLLATE "C",
    resolved_at     TEXT COLLATE "C",
    resolved_by     TEXT COLLATE "C",
    downtime_ns     BIGINT
);
CREATE INDEX incidents_by_decision ON incidents (decision, leaf_index);
CREATE INDEX incidents_by_watch ON incidents (watch);
CREATE INDEX incidents_unacknowledged ON incidents (acknowledge_by) WHERE state = 'open';

CREATE TABLE incident_changes (
    leaf_index BIGINT NOT NULL PRIMARY KEY REFERENCES leaves (leaf_index),
    incident   TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    happening  TEXT COLLATE "C" NOT NULL,
    at         TEXT COLLATE "C" NOT NULL,
    by_whom    TEXT COLLATE "C",
    level      BIGINT NOT NULL,
    done       TEXT COLLATE "C" NOT NULL,
    UNIQUE (incident, number)
);

CREATE TABLE incident_texts (
    incident TEXT COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    what     TEXT COLLATE "C" NOT NULL,
    text     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (incident, number, what)
);

CREATE TABLE incident_notices (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    decision     TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    leaf_index   BIGINT NOT NULL REFERENCES leaves (leaf_index),
    kind         TEXT COLLATE "C" NOT NULL,
    contact      TEXT COLLATE "C" NOT NULL,
    address      TEXT COLLATE "C" NOT NULL,
    body         TEXT COLLATE "C",
    written_at   TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'undeliverable')),
    attempts     BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      TEXT COLLATE "C" NOT NULL,
    delivered_at TEXT COLLATE "C",
    last_error   TEXT COLLATE "C"
);
CREATE INDEX incident_notices_by_state ON incident_notices (state, next_at);
CREATE INDEX incident_notices_by_decision ON incident_notices (decision);
