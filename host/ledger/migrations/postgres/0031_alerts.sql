-- The twin of sqlite/0031_alerts.sql.

CREATE TABLE watch_alerts (
    watch       TEXT COLLATE "C" NOT NULL,
    alert       TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    since       TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    labels      TEXT COLLATE "C" NOT NULL,
    left_out    BIGINT NOT NULL,
    said_by     TEXT COLLATE "C" NOT NULL,
    leaf_index  BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (watch, alert)
);
CREATE INDEX watch_alerts_by_alert ON watch_alerts (alert, state);
