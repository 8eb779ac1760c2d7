-- Alerts that were handed in about deployments that are watched.

-- One row for each alert of a watch, told by its labels and by when it began, and for each group of messages whose last one left alerts out; as the
-- last leaf about it says. `labels` is JSON. What is over stays so: a message that comes again changes nothing.
CREATE TABLE watch_alerts (
    watch       TEXT NOT NULL,
    alert       TEXT NOT NULL,
    state       TEXT NOT NULL,
    since       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    labels      TEXT NOT NULL,
    left_out    INTEGER NOT NULL,
    said_by     TEXT NOT NULL,
    leaf_index  INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    at          TEXT NOT NULL,
    PRIMARY KEY (watch, alert)
);
CREATE INDEX watch_alerts_by_alert ON watch_alerts (alert, state);
