-- Wishes to deploy all the same that were in order: what quotas count. `person` is written the one way in which people are compared; it is
-- deletable with the row.
CREATE TABLE forced_deployments (
    decision    TEXT NOT NULL PRIMARY KEY REFERENCES decisions (id),
    environment TEXT NOT NULL,
    person      TEXT NOT NULL,
    at          TEXT NOT NULL
);
CREATE INDEX forced_by_time ON forced_deployments (at);
