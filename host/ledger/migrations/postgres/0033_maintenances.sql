-- The twin of sqlite/0033_maintenances.sql.
CREATE TABLE maintenances (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    leaf_index  BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT COLLATE "C" NOT NULL,
    planned_by  TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    policy_set  TEXT COLLATE "C" NOT NULL,
    asked_in    TEXT COLLATE "C" NOT NULL,
    verified_in TEXT COLLATE "C" NOT NULL,
    scope       TEXT COLLATE "C" NOT NULL,
    services    TEXT COLLATE "C" NOT NULL,
    begins_at   TEXT COLLATE "C" NOT NULL,
    ends_at     TEXT COLLATE "C" NOT NULL,
    items       TEXT COLLATE "C" NOT NULL,
    anew        BIGINT NOT NULL,
    emergency   TEXT COLLATE "C",
    decision    TEXT COLLATE "C",
    due_at      TEXT COLLATE "C",
    state       TEXT COLLATE "C" NOT NULL,
    steps       BIGINT NOT NULL,
    opened_in   BIGINT REFERENCES leaves (leaf_index),
    ended_in    BIGINT REFERENCES leaves (leaf_index)
);
CREATE INDEX maintenances_by_environment ON maintenances (environment, opened_in);

-- What became of each since, in its order. `decision` is the one that let it open, or the one that verified it. Decisions may lie in an archive.
CREATE TABLE maintenance_steps (
    maintenance TEXT COLLATE "C" NOT NULL,
    number      BIGINT NOT NULL,
    leaf_index  BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT COLLATE "C" NOT NULL,
    step        TEXT COLLATE "C" NOT NULL,
    said_by     TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C",
    decision    TEXT COLLATE "C",
    stated      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (maintenance, number)
);
