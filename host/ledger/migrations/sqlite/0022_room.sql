-- Written anew by whoever asks whether there is room again after a write failed: about what a decision with its bodies takes.
CREATE TABLE room (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    bytes BLOB NOT NULL
);
