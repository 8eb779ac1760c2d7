-- Documents: what was masked in them, what they weigh, and whether a decision names them.
--
-- A document whose secrets were masked is kept masked. Who uploaded it cites it as it was handed in: that digest has a row, too, and
-- `kept_as` names the digest of what is kept; `masked` says how many secrets of each kind were, as a JSON object.
ALTER TABLE evidence ADD COLUMN kept_as TEXT;
ALTER TABLE evidence ADD COLUMN masked TEXT;
ALTER TABLE evidence ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
-- Whether a leaf of this scope names it. Of what was there before nobody knows, so it stays.
ALTER TABLE evidence ADD COLUMN referenced INTEGER NOT NULL DEFAULT 1;
UPDATE evidence SET bytes = COALESCE((SELECT size FROM blobs WHERE blobs.digest = evidence.digest), 0);

CREATE INDEX evidence_waiting ON evidence (first_received_at) WHERE referenced = 0;
CREATE INDEX evidence_by_digest ON evidence (digest);
CREATE INDEX evidence_by_kept ON evidence (kept_as) WHERE kept_as IS NOT NULL;

-- What each scope keeps, counted with each change, so that a limit costs one row to look at. `waiting`: no leaf names it.
CREATE TABLE evidence_usage (
    scope             TEXT NOT NULL PRIMARY KEY,
    documents         INTEGER NOT NULL,
    bytes             INTEGER NOT NULL,
    waiting_documents INTEGER NOT NULL,
    waiting_bytes     INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO evidence_usage (scope, documents, bytes, waiting_documents, waiting_bytes)
SELECT scope, count(*), sum(bytes), 0, 0 FROM evidence GROUP BY scope;

CREATE TRIGGER evidence_is_counted AFTER INSERT ON evidence
BEGIN
    INSERT INTO evidence_usage (scope, documents, bytes, waiting_documents, waiting_bytes)
    VALUES (NEW.scope, 1, NEW.bytes, 1 - NEW.referenced, (1 - NEW.referenced) * NEW.bytes)
    ON CONFLICT (scope) DO UPDATE SET
        documents = documents + 1,
        bytes = bytes + NEW.bytes,
        waiting_documents = waiting_documents + 1 - NEW.referenced,
        waiting_bytes = waiting_bytes + (1 - NEW.referenced) * NEW.bytes;
END;
CREATE TRIGGER evidence_is_named AFTER UPDATE OF referenced ON evidence WHEN NEW.referenced <> OLD.referenced
BEGIN
    UPDATE evidence_usage SET
        waiting_documents = waiting_documents + OLD.referenced - NEW.referenced,
        waiting_bytes = waiting_bytes + (OLD.referenced - NEW.referenced) * NEW.bytes
    WHERE scope = NEW.scope;
END;
CREATE TRIGGER evidence_is_gone AFTER DELETE ON evidence
BEGIN
    UPDATE evidence_usage SET
        documents = documents - 1,
        bytes = bytes - OLD.bytes,
        waiting_documents = waiting_documents - 1 + OLD.referenced,
        waiting_bytes = waiting_bytes - (1 - OLD.referenced) * OLD.bytes
    WHERE scope = OLD.scope;
END;
