-- The record: what was decided, in order, for good. The twin of sqlite/0001_record.sql.
--
-- Texts that stand for moments are RFC 3339 UTC with nine digits of nanoseconds, so that they sort as they follow: texts are compared by
-- their bytes, whatever the database's own language is. Digests are written `sha256:<hex>`, as in the leaves, so that both can be joined.

-- What is said to whoever wants to change what stays. Each table's triggers are ALWAYS ones: a session that turns others off meets them.
CREATE FUNCTION append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% append-only', TG_ARGV[0];
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION does_not_go_back() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% does not go back', TG_ARGV[0];
END;
$$ LANGUAGE plpgsql;

-- One leaf per act, appended and never touched again. `body` is canonical JSON; `hash` is its RFC 6962 leaf hash.
CREATE TABLE leaves (
    leaf_index BIGINT PRIMARY KEY CHECK (leaf_index >= 0),
    kind       TEXT COLLATE "C" NOT NULL,
    hash       BYTEA NOT NULL CHECK (length(hash) = 32),
    body       TEXT COLLATE "C" NOT NULL
);
-- Small, so that counting all leaves when the ledger is opened does not read their bodies.
CREATE INDEX leaves_by_kind ON leaves (kind, leaf_index);

-- How many leaves there are, and the hash of the last: what is compared when the ledger is opened.
CREATE TABLE head (
    "only" BIGINT PRIMARY KEY CHECK ("only" = 1),
    size   BIGINT NOT NULL CHECK (size >= 0),
    hash   BYTEA CHECK (hash IS NULL OR length(hash) = 32)
);
INSERT INTO head ("only", size, hash) VALUES (1, 0, NULL);

CREATE TRIGGER leaves_are_not_updated BEFORE UPDATE ON leaves FOR EACH ROW EXECUTE FUNCTION append_only('leaves are');
CREATE TRIGGER leaves_are_not_deleted BEFORE DELETE ON leaves FOR EACH ROW EXECUTE FUNCTION append_only('leaves are');
CREATE TRIGGER leaves_are_not_truncated BEFORE TRUNCATE ON leaves FOR EACH STATEMENT EXECUTE FUNCTION append_only('leaves are');
ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_are_not_updated;
ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_are_not_deleted;
ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_are_not_truncated;

CREATE TRIGGER head_does_not_shrink BEFORE UPDATE ON head FOR EACH ROW WHEN (NEW.size < OLD.size)
    EXECUTE FUNCTION does_not_go_back('the head');
CREATE TRIGGER head_is_not_deleted BEFORE DELETE ON head FOR EACH ROW EXECUTE FUNCTION does_not_go_back('the head');
CREATE TRIGGER head_is_not_truncated BEFORE TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION does_not_go_back('the head');
ALTER TABLE head ENABLE ALWAYS TRIGGER head_does_not_shrink;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_is_not_deleted;
ALTER TABLE head ENABLE ALWAYS TRIGGER head_is_not_truncated;

-- Bodies by content: evidence, findings, policy sets, … compressed with zstd; `size` is that of the plain bytes.
CREATE TABLE blobs (
    digest     TEXT COLLATE "C" PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL,
    size       BIGINT NOT NULL CHECK (size >= 0),
    body       BYTEA NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
-- They are compressed already.
ALTER TABLE blobs ALTER COLUMN body SET STORAGE EXTERNAL;

-- What people are called and what they wrote. Leaves hold `salted` alone; deleting a row here is forgetting it. Each text is there once: a
-- hash looks after that, since a text may be longer than what fits in a B-tree.
CREATE TABLE private_texts (
    salted TEXT COLLATE "C" PRIMARY KEY,
    salt   BYTEA NOT NULL CHECK (length(salt) = 32),
    text   TEXT COLLATE "C" NOT NULL,
    CONSTRAINT private_texts_are_there_once EXCLUDE USING hash (text WITH =)
);

-- A retry is not a second deployment: which decision a key led to.
CREATE TABLE idempotency (
    principal  TEXT COLLATE "C" NOT NULL,
    endpoint   TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    request    TEXT COLLATE "C" NOT NULL,
    decision   TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT NOT NULL REFERENCES leaves (leaf_index),
    outcome    TEXT COLLATE "C" NOT NULL,
    permission TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (principal, endpoint, key)
);

-- Projections: rebuildable from the leaves, here for looking things up. What refers to one is compared when its transaction ends, if that
-- asks for it: a rebuild takes a row away before it writes it anew.
CREATE TABLE decisions (
    id             TEXT COLLATE "C" PRIMARY KEY,
    leaf_index     BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    evaluated_at   TEXT COLLATE "C" NOT NULL,
    recorded_at    TEXT COLLATE "C" NOT NULL,
    environment    TEXT COLLATE "C" NOT NULL,
    cause          TEXT COLLATE "C" NOT NULL,
    outcome        TEXT COLLATE "C" NOT NULL,
    permission     TEXT COLLATE "C" NOT NULL,
    allowed        BIGINT NOT NULL,
    policy_set     TEXT COLLATE "C" NOT NULL,
    policy_version TEXT COLLATE "C" NOT NULL,
    policy_digest  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX decisions_by_time ON decisions (evaluated_at);

CREATE TABLE decision_services (
    decision TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    service  TEXT COLLATE "C" NOT NULL,
    version  TEXT COLLATE "C" NOT NULL,
    artifact TEXT COLLATE "C",
    PRIMARY KEY (decision, service)
);
CREATE INDEX decision_services_by_service ON decision_services (service, decision);
