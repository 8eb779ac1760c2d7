-- The twin of sqlite/0027_watches.sql.

CREATE TABLE watches (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    leaf_index    BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    decision      TEXT COLLATE "C" NOT NULL,
    environment   TEXT COLLATE "C" NOT NULL,
    cause         TEXT COLLATE "C" NOT NULL,
    plan          TEXT COLLATE "C" NOT NULL,
    started_at    TEXT COLLATE "C" NOT NULL,
    started_by    TEXT COLLATE "C" NOT NULL,
    deployed_at   TEXT COLLATE "C" NOT NULL,
    ends_at       TEXT COLLATE "C" NOT NULL,
    step_ns       BIGINT NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    looks         BIGINT NOT NULL,
    changes       BIGINT NOT NULL,
    changed_in    BIGINT REFERENCES leaves (leaf_index),
    changed_at    TEXT COLLATE "C",
    changed_looks BIGINT,
    advice        TEXT COLLATE "C",
    window_body   TEXT COLLATE "C",
    answer        TEXT COLLATE "C",
    why           TEXT COLLATE "C",
    cancelled_by  TEXT COLLATE "C",
    cancel_reason TEXT COLLATE "C"
);
CREATE INDEX watches_by_decision ON watches (decision);
CREATE UNIQUE INDEX watches_running ON watches (decision) WHERE state = 'running';

-- `until_ns`: nanoseconds of this database's clock since 1970, so that the clocks of gates do not matter.
CREATE TABLE watch_leases (
    watch    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    runner   TEXT COLLATE "C" NOT NULL,
    until_ns BIGINT NOT NULL
);
CREATE INDEX watch_leases_by_runner ON watch_leases (runner);
