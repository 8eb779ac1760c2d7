-- Bearer tokens: what the leaves of their creation and revocation say, here for looking them up, and when each was last used.
--
-- `secret` is the SHA-256 of the token's secret, which nobody keeps. `holder` is what the token is good for, as the server wrote
-- it; the people that it names are deletable with the row.
CREATE TABLE tokens (
    id           TEXT COLLATE "C" PRIMARY KEY,
    secret       TEXT COLLATE "C" NOT NULL,
    holder       TEXT COLLATE "C" NOT NULL,
    created_at   TEXT COLLATE "C" NOT NULL,
    expires_at   TEXT COLLATE "C" NOT NULL,
    revoked_at   TEXT COLLATE "C",
    last_used_at TEXT COLLATE "C"
);

-- Documents that were handed in, by the scope that they belong to; the first time wins. Their bytes lie in `blobs`, once.
CREATE TABLE evidence (
    scope             TEXT COLLATE "C" NOT NULL,
    digest            TEXT COLLATE "C" NOT NULL,
    first_received_at TEXT COLLATE "C" NOT NULL,
    handed_in_by      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (scope, digest)
);

-- Forced deployments that a second person confirmed: what the leaves of their confirmations say, here for looking them up.
CREATE TABLE confirmations (
    decision     TEXT COLLATE "C" PRIMARY KEY REFERENCES decisions (id) DEFERRABLE,
    leaf_index   BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    confirmed_at TEXT COLLATE "C" NOT NULL,
    confirmed_by TEXT COLLATE "C" NOT NULL,
    expires_at   TEXT COLLATE "C" NOT NULL
);
