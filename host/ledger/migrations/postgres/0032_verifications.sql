-- The twin of sqlite/0032_verifications.sql.
CREATE TABLE verifications (
    decision   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES decisions (id) DEFERRABLE,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    verifies   TEXT COLLATE "C" NOT NULL,
    event      BIGINT UNIQUE
);
CREATE INDEX verifications_by_verified ON verifications (verifies, leaf_index);
CREATE INDEX deployment_events_by_moment ON deployment_events (at);
