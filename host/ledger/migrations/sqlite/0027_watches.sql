-- What signals said of deployments that run.

-- One row for each watch, as its leaves say: how it began and how it stands since its last change. `looks` counts those that changed nothing.
-- `plan`, `window_body` and `answer` are digests of bodies. The decision may lie in an archive by now.
CREATE TABLE watches (
    id            TEXT NOT NULL PRIMARY KEY,
    leaf_index    INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    decision      TEXT NOT NULL,
    environment   TEXT NOT NULL,
    cause         TEXT NOT NULL,
    plan          TEXT NOT NULL,
    started_at    TEXT NOT NULL,
    started_by    TEXT NOT NULL,
    deployed_at   TEXT NOT NULL,
    ends_at       TEXT NOT NULL,
    step_ns       INTEGER NOT NULL,
    state         TEXT NOT NULL,
    looks         INTEGER NOT NULL,
    changes       INTEGER NOT NULL,
    changed_in    INTEGER REFERENCES leaves (leaf_index),
    changed_at    TEXT,
    changed_looks INTEGER,
    advice        TEXT,
    window_body   TEXT,
    answer        TEXT,
    why           TEXT,
    cancelled_by  TEXT,
    cancel_reason TEXT
);
CREATE INDEX watches_by_decision ON watches (decision);
CREATE UNIQUE INDEX watches_running ON watches (decision) WHERE state = 'running';

-- Which of several gates runs a watch, and until when it has it. A file has one gate, and no row here.
CREATE TABLE watch_leases (
    watch    TEXT NOT NULL PRIMARY KEY,
    runner   TEXT NOT NULL,
    until_ns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX watch_leases_by_runner ON watch_leases (runner);
