-- What witnesses outside say that they saw: of each the last checkpoint, with its cosignature. State: a cosignature is proved by itself.
CREATE TABLE cosignatures (
    witness     TEXT NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL CHECK (size >= 0),
    note        TEXT NOT NULL,
    seen_at     TEXT NOT NULL,
    received_at TEXT NOT NULL
);

CREATE TRIGGER cosignatures_do_not_go_back BEFORE UPDATE ON cosignatures WHEN NEW.seen_at < OLD.seen_at
BEGIN SELECT RAISE(ABORT, 'a cosignature does not go back'); END;
