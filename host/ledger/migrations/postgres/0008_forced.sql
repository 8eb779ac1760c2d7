-- Wishes to deploy all the same that were in order: what quotas count. `person` is written the one way in which people are compared; it is
-- deletable with the row.
CREATE TABLE forced_deployments (
    decision    TEXT COLLATE "C" PRIMARY KEY,
    environment TEXT COLLATE "C" NOT NULL,
    person      TEXT COLLATE "C" NOT NULL,
    at          TEXT COLLATE "C" NOT NULL
);
CREATE INDEX forced_by_time ON forced_deployments (at);
