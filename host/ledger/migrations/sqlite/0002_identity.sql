-- Bearer tokens: what the leaves of their creation and revocation say, here for looking them up, and when each was last used.
--
-- `secret` is the SHA-256 of the token's secret, which nobody keeps. `holder` is what the token is good for, as the server wrote
-- it; the people that it names are deletable with the row.
CREATE TABLE tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    secret       TEXT NOT NULL,
    holder       TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    revoked_at   TEXT,
    last_used_at TEXT
);

-- Documents that were handed in, by the scope that they belong to; the first time wins. Their bytes lie in `blobs`, once. What was
-- handed in before there were scopes belongs to `default`.
CREATE TABLE evidence_in_scopes (
    scope             TEXT NOT NULL,
    digest            TEXT NOT NULL,
    first_received_at TEXT NOT NULL,
    handed_in_by      TEXT NOT NULL,
    PRIMARY KEY (scope, digest)
) WITHOUT ROWID;
INSERT INTO evidence_in_scopes (scope, digest, first_received_at, handed_in_by)
SELECT 'default', digest, first_received_at, 'anonymous@loopback' FROM evidence;
DROP TABLE evidence;
ALTER TABLE evidence_in_scopes RENAME TO evidence;

-- Forced deployments that a second person confirmed: what the leaves of their confirmations say, here for looking them up.
CREATE TABLE confirmations (
    decision     TEXT NOT NULL PRIMARY KEY REFERENCES decisions (id),
    leaf_index   INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    confirmed_at TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    expires_at   TEXT NOT NULL
);
