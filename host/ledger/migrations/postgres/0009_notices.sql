-- Who is told what, and whether they were: written in the transaction of the leaf that causes it, so that neither is there without the other.
-- `contact` is named by the policy set and `address` is what the set says of it; where it is reached is configuration. `body` is what is
-- sent; it holds people's names and words, and goes once it was delivered. People and texts here are deletable with the row.
CREATE TABLE notices (
    id           TEXT COLLATE "C" PRIMARY KEY,
    decision     TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    leaf_index   BIGINT NOT NULL REFERENCES leaves (leaf_index),
    kind         TEXT COLLATE "C" NOT NULL,
    contact      TEXT COLLATE "C" NOT NULL,
    address      TEXT COLLATE "C" NOT NULL,
    body         TEXT COLLATE "C",
    written_at   TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'undeliverable')),
    attempts     BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      TEXT COLLATE "C" NOT NULL,
    delivered_at TEXT COLLATE "C",
    last_error   TEXT COLLATE "C"
);
CREATE INDEX notices_by_state ON notices (state, next_at);
CREATE INDEX notices_by_decision ON notices (decision);

-- What waivers leave to be done, beside what forced deployments do: one open obligation for each waiver, environment and service. It is of
-- one service of its decision, is due when the waiver ends, and holds nothing (`holds_from` is NULL).
ALTER TABLE obligations ADD COLUMN waiver TEXT COLLATE "C";
ALTER TABLE obligations ADD COLUMN service TEXT COLLATE "C";
CREATE UNIQUE INDEX obligations_of_waivers ON obligations (waiver, environment, service)
    WHERE waiver IS NOT NULL AND opened_at IS NOT NULL AND fulfilled_at IS NULL;
