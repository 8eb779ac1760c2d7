-- The twin of sqlite/0022_room.sql.
--
-- Written anew by whoever asks whether there is room again after a write failed: about what a decision with its bodies takes.
CREATE TABLE room (
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    bytes BYTEA NOT NULL
);
