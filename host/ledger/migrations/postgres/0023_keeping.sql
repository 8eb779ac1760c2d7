-- The twin of sqlite/0023_keeping.sql.

CREATE TABLE removed_bodies (
    digest     TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT NOT NULL REFERENCES leaves (leaf_index),
    PRIMARY KEY (digest, leaf_index)
);

CREATE TABLE legal_holds (
    name          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    leaf_index    BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    placed_at     TEXT COLLATE "C" NOT NULL,
    placed_by     TEXT COLLATE "C" NOT NULL,
    reason        TEXT COLLATE "C" NOT NULL,
    ticket        TEXT COLLATE "C",
    decision      TEXT COLLATE "C",
    service       TEXT COLLATE "C",
    environment   TEXT COLLATE "C",
    judged_from   TEXT COLLATE "C",
    judged_before TEXT COLLATE "C",
    lifted_in     BIGINT REFERENCES leaves (leaf_index),
    lifted_at     TEXT COLLATE "C",
    lifted_by     TEXT COLLATE "C",
    lift_reason   TEXT COLLATE "C"
);
