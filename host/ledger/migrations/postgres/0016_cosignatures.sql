-- What witnesses outside say that they saw: of each the last checkpoint, with its cosignature. State: a cosignature is proved by itself.
CREATE TABLE cosignatures (
    witness     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    size        BIGINT NOT NULL CHECK (size >= 0),
    note        TEXT COLLATE "C" NOT NULL,
    seen_at     TEXT COLLATE "C" NOT NULL,
    received_at TEXT COLLATE "C" NOT NULL
);

CREATE TRIGGER cosignatures_do_not_go_back BEFORE UPDATE ON cosignatures FOR EACH ROW WHEN (NEW.seen_at < OLD.seen_at)
    EXECUTE FUNCTION does_not_go_back('a cosignature');
ALTER TABLE cosignatures ENABLE ALWAYS TRIGGER cosignatures_do_not_go_back;
