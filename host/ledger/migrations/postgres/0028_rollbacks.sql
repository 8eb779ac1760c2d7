-- The twin of sqlite/0028_rollbacks.sql.
CREATE TABLE rollbacks (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    leaf_index   BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at           TEXT COLLATE "C" NOT NULL,
    cause        TEXT COLLATE "C" NOT NULL,
    watch        TEXT COLLATE "C",
    asked_by     TEXT COLLATE "C",
    reason       TEXT COLLATE "C",
    reasons      TEXT COLLATE "C" NOT NULL,
    decision     TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    environment  TEXT COLLATE "C" NOT NULL,
    service      TEXT COLLATE "C" NOT NULL,
    from_version TEXT COLLATE "C" NOT NULL,
    to_version   TEXT COLLATE "C",
    to_decision  TEXT COLLATE "C",
    order_name   TEXT COLLATE "C",
    notice       TEXT COLLATE "C",
    withheld     TEXT COLLATE "C",
    detail       TEXT COLLATE "C",
    UNIQUE (cause, service)
);
CREATE INDEX rollbacks_by_environment ON rollbacks (environment, leaf_index);
CREATE INDEX rollbacks_by_decision ON rollbacks (decision, service);

CREATE TABLE orders (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
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
CREATE INDEX orders_by_state ON orders (state, next_at);
CREATE INDEX orders_by_decision ON orders (decision);
