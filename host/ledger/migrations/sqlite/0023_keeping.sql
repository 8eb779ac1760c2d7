-- What was taken away on purpose or because nothing needed it any more, and what is held.

-- Bodies and private texts (by what stands for them in leaves) that a leaf took away: its body lists them. What is taken away after it came
-- back has a row for each time.
CREATE TABLE removed_bodies (
    digest     TEXT NOT NULL,
    leaf_index INTEGER NOT NULL REFERENCES leaves (leaf_index),
    PRIMARY KEY (digest, leaf_index)
) WITHOUT ROWID;

-- Legal holds, as the leaves of their placing and lifting say. A decision is held that all of what is said fits; `judged_from` and
-- `judged_before` are of `evaluated_at`.
CREATE TABLE legal_holds (
    name          TEXT NOT NULL PRIMARY KEY,
    leaf_index    INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    placed_at     TEXT NOT NULL,
    placed_by     TEXT NOT NULL,
    reason        TEXT NOT NULL,
    ticket        TEXT,
    decision      TEXT,
    service       TEXT,
    environment   TEXT,
    judged_from   TEXT,
    judged_before TEXT,
    lifted_in     INTEGER REFERENCES leaves (leaf_index),
    lifted_at     TEXT,
    lifted_by     TEXT,
    lift_reason   TEXT
);
