-- Documents: what was masked in them, what they weigh, and whether a decision names them.
--
-- A document whose secrets were masked is kept masked. Who uploaded it cites it as it was handed in: that digest has a row, too, and
-- `kept_as` names the digest of what is kept; `masked` says how many secrets of each kind were, as a JSON object. `referenced`: whether a
-- leaf of this scope names it.
ALTER TABLE evidence ADD COLUMN kept_as TEXT COLLATE "C";
ALTER TABLE evidence ADD COLUMN masked TEXT COLLATE "C";
ALTER TABLE evidence ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE evidence ADD COLUMN referenced BIGINT NOT NULL DEFAULT 1;

CREATE INDEX evidence_waiting ON evidence (first_received_at) WHERE referenced = 0;
CREATE INDEX evidence_by_digest ON evidence (digest);
CREATE INDEX evidence_by_kept ON evidence (kept_as) WHERE kept_as IS NOT NULL;

-- What each scope keeps, counted with each change, so that a limit costs one row to look at. `waiting`: no leaf names it.
CREATE TABLE evidence_usage (
    scope             TEXT COLLATE "C" PRIMARY KEY,
    documents         BIGINT NOT NULL,
    bytes             BIGINT NOT NULL,
    waiting_documents BIGINT NOT NULL,
    waiting_bytes     BIGINT NOT NULL
);

CREATE FUNCTION count_evidence() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO evidence_usage AS usage (scope, documents, bytes, waiting_documents, waiting_bytes)
        VALUES (NEW.scope, 1, NEW.bytes, 1 - NEW.referenced, (1 - NEW.referenced) * NEW.bytes)
        ON CONFLICT (scope) DO UPDATE SET
            documents = usage.documents + 1,
            bytes = usage.bytes + NEW.bytes,
            waiting_documents = usage.waiting_documents + 1 - NEW.referenced,
            waiting_bytes = usage.waiting_bytes + (1 - NEW.referenced) * NEW.bytes;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE evidence_usage SET
            waiting_documents = waiting_documents + OLD.referenced - NEW.referenced,
            waiting_bytes = waiting_bytes + (OLD.referenced - NEW.referenced) * NEW.bytes
        WHERE scope = NEW.scope;
    ELSE
        UPDATE evidence_usage SET
            documents = documents - 1,
            bytes = bytes - OLD.bytes,
            waiting_documents = waiting_documents - 1 + OLD.referenced,
            waiting_bytes = waiting_bytes - (1 - OLD.referenced) * OLD.bytes
        WHERE scope = OLD.scope;
    END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER evidence_is_counted AFTER INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION count_evidence();
CREATE TRIGGER evidence_is_named AFTER UPDATE OF referenced ON evidence FOR EACH ROW
    WHEN (NEW.referenced <> OLD.referenced) EXECUTE FUNCTION count_evidence();
CREATE TRIGGER evidence_is_gone AFTER DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION count_evidence();
