-- Rollbacks of single services, as the leaves that ordered or withheld them say. Of one cause there is one of a service.
CREATE TABLE rollbacks (
    id           TEXT NOT NULL PRIMARY KEY,
    leaf_index   INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at           TEXT NOT NULL,
    cause        TEXT NOT NULL,
    watch        TEXT,
    asked_by     TEXT,
    reason       TEXT,
    reasons      TEXT NOT NULL,
    decision     TEXT NOT NULL REFERENCES decisions (id),
    environment  TEXT NOT NULL,
    service      TEXT NOT NULL,
    from_version TEXT NOT NULL,
    to_version   TEXT,
    to_decision  TEXT,
    order_name   TEXT,
    notice       TEXT,
    withheld     TEXT,
    detail       TEXT,
    UNIQUE (cause, service)
);
CREATE INDEX rollbacks_by_environment ON rollbacks (environment, leaf_index);
CREATE INDEX rollbacks_by_decision ON rollbacks (decision, service);

-- What programs are told to do, and whether they were: as notices are kept. They are not among the notices, because a gate of an older build, which
-- knows no orders, gives up what it has no contact for. `contact` is the order, as the configuration names it; `address` is empty.
CREATE TABLE orders (
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
CREATE INDEX orders_by_state ON orders (state, next_at);
CREATE INDEX orders_by_decision ON orders (decision);
