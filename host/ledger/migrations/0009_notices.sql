-- Who is told what, and whether they were: written in the transaction of the leaf that causes it, so that neither is there without the other.
-- `contact` is named by the policy set and `address` is what the set says of it; where it is reached is configuration. `body` is what is
-- sent; it holds people's names and words, and goes once it was delivered. People and texts here are deletable with the row.
CREATE TABLE notices (
    id           TEXT NOT NULL PRIMARY KEY,
    decision     TEXT NOT NULL REFERENCES decisions (id),
    leaf_index   INTEGER NOT NULL REFERENCES leaves (leaf_index),
    kind         TEXT NOT NULL,
    contact      TEXT NOT NULL,
    address      TEXT NOT NULL,
    body         TEXT,
    written_at   TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'undeliverable')),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      TEXT NOT NULL,
    delivered_at TEXT,
    last_error   TEXT
);
CREATE INDEX notices_by_state ON notices (state, next_at);
CREATE INDEX notices_by_decision ON notices (decision);
