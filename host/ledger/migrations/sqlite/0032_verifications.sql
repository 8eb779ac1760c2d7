-- Decisions that look at a deployment after it went out, as their leaves say. After one event the gate looks once by itself.
CREATE TABLE verifications (
    decision   TEXT NOT NULL PRIMARY KEY REFERENCES decisions (id),
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    verifies   TEXT NOT NULL,
    event      INTEGER UNIQUE
);
CREATE INDEX verifications_by_verified ON verifications (verifies, leaf_index);
CREATE INDEX deployment_events_by_moment ON deployment_events (at);
