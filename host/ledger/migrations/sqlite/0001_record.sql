-- The record: what was decided, in order, for good.
--
-- Texts that stand for moments are RFC 3339 UTC with nine digits of nanoseconds, so that they sort as they follow.
-- Digests are written `sha256:<hex>`, as in the leaves, so that both can be joined.

-- One leaf per act, appended and never touched again. `body` is canonical JSON; `hash` is its RFC 6962 leaf hash.
CREATE TABLE leaves (
    leaf_index INTEGER PRIMARY KEY CHECK (leaf_index >= 0),
    kind       TEXT NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    body       TEXT NOT NULL
);
-- Small, so that counting all leaves when the ledger is opened does not read their bodies.
CREATE INDEX leaves_by_kind ON leaves (kind);

-- How many leaves there are, and the hash of the last: what is compared when the ledger is opened.
CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    hash BLOB CHECK (hash IS NULL OR length(hash) = 32)
);
INSERT INTO head (only, size, hash) VALUES (1, 0, NULL);

CREATE TRIGGER leaves_are_not_updated BEFORE UPDATE ON leaves
BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
CREATE TRIGGER leaves_are_not_deleted BEFORE DELETE ON leaves
BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER leaves_are_not_replaced BEFORE INSERT ON leaves
WHEN EXISTS (SELECT 1 FROM leaves WHERE leaf_index = NEW.leaf_index)
BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;

CREATE TRIGGER head_does_not_shrink BEFORE UPDATE ON head WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'the head does not go back'); END;
CREATE TRIGGER head_is_not_deleted BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the head does not go back'); END;
CREATE TRIGGER head_is_not_replaced BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head)
BEGIN SELECT RAISE(ABORT, 'the head does not go back'); END;

-- Bodies by content: evidence, findings, policy sets, … compressed with zstd; `size` is that of the plain bytes.
CREATE TABLE blobs (
    digest     TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    size       INTEGER NOT NULL CHECK (size >= 0),
    body       BLOB NOT NULL,
    created_at TEXT NOT NULL
);

-- What people are called and what they wrote. Leaves hold `salted` alone; deleting a row here is forgetting it.
CREATE TABLE private_texts (
    salted TEXT NOT NULL PRIMARY KEY,
    salt   BLOB NOT NULL CHECK (length(salt) = 32),
    text   TEXT NOT NULL UNIQUE
);

-- Documents that were handed in; the first time wins. Their bytes lie in `blobs`.
CREATE TABLE evidence (
    digest            TEXT NOT NULL PRIMARY KEY,
    first_received_at TEXT NOT NULL
);

-- A retry is not a second deployment: which decision a key led to.
CREATE TABLE idempotency (
    principal  TEXT NOT NULL,
    endpoint   TEXT NOT NULL,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,
    decision   TEXT NOT NULL,
    leaf_index INTEGER NOT NULL REFERENCES leaves (leaf_index),
    outcome    TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (principal, endpoint, key)
) WITHOUT ROWID;

-- Projections: rebuildable from the leaves, here for looking things up.
CREATE TABLE decisions (
    id             TEXT NOT NULL PRIMARY KEY,
    leaf_index     INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    evaluated_at   TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    environment    TEXT NOT NULL,
    cause          TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    permission     TEXT NOT NULL,
    allowed        INTEGER NOT NULL,
    policy_set     TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    policy_digest  TEXT NOT NULL
);
CREATE INDEX decisions_by_time ON decisions (evaluated_at);

CREATE TABLE decision_services (
    decision TEXT NOT NULL REFERENCES decisions (id),
    service  TEXT NOT NULL,
    version  TEXT NOT NULL,
    artifact TEXT,
    PRIMARY KEY (decision, service)
) WITHOUT ROWID;
CREATE INDEX decision_services_by_service ON decision_services (service, decision);
