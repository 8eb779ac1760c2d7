-- Span trees on their way to a collector. One row for each decision that has a tree, written in the transaction of its leaf and never
-- changed: made from the leaf alone, so that it can be made again. The tree itself lies in `blobs`.
CREATE TABLE span_trees (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    decision   TEXT NOT NULL REFERENCES decisions (id),
    digest     TEXT NOT NULL,
    written_at TEXT NOT NULL
);

-- How far the export is: trees of leaves before `next_leaf` were taken, refused, or gone. `exported`, `refused` and `gone` count trees,
-- `rejected` counts spans that a collector did not want of trees that it took.
CREATE TABLE span_export (
    "only"    INTEGER PRIMARY KEY CHECK ("only" = 1),
    next_leaf INTEGER NOT NULL CHECK (next_leaf >= 0),
    exported  INTEGER NOT NULL DEFAULT 0,
    rejected  INTEGER NOT NULL DEFAULT 0,
    refused   INTEGER NOT NULL DEFAULT 0,
    gone      INTEGER NOT NULL DEFAULT 0
);
INSERT INTO span_export ("only", next_leaf) VALUES (1, 0);

CREATE TRIGGER span_export_does_not_go_back BEFORE UPDATE ON span_export WHEN NEW.next_leaf < OLD.next_leaf
BEGIN SELECT RAISE(ABORT, 'the export of spans does not go back'); END;

-- Trees that a collector refused for good, and why.
CREATE TABLE spans_refused (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    at         TEXT NOT NULL,
    why        TEXT NOT NULL
);
