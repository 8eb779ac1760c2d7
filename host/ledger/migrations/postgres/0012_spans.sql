-- Span trees on their way to a collector. One row for each decision that has a tree, written in the transaction of its leaf and never
-- changed: made from the leaf alone, so that it can be made again. The tree itself lies in `blobs`.
CREATE TABLE span_trees (
    leaf_index BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    decision   TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    digest     TEXT COLLATE "C" NOT NULL,
    written_at TEXT COLLATE "C" NOT NULL
);

-- How far the export is: trees of leaves before `next_leaf` were taken, refused, or gone. `exported`, `refused` and `gone` count trees,
-- `rejected` counts spans that a collector did not want of trees that it took.
CREATE TABLE span_export (
    "only"    BIGINT PRIMARY KEY CHECK ("only" = 1),
    next_leaf BIGINT NOT NULL CHECK (next_leaf >= 0),
    exported  BIGINT NOT NULL DEFAULT 0,
    rejected  BIGINT NOT NULL DEFAULT 0,
    refused   BIGINT NOT NULL DEFAULT 0,
    gone      BIGINT NOT NULL DEFAULT 0
);
INSERT INTO span_export ("only", next_leaf) VALUES (1, 0);

CREATE TRIGGER span_export_does_not_go_back BEFORE UPDATE ON span_export FOR EACH ROW
    WHEN (NEW.next_leaf < OLD.next_leaf) EXECUTE FUNCTION does_not_go_back('the export of spans');
ALTER TABLE span_export ENABLE ALWAYS TRIGGER span_export_does_not_go_back;

-- Trees that a collector refused for good, and why.
CREATE TABLE spans_refused (
    leaf_index BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    at         TEXT COLLATE "C" NOT NULL,
    why        TEXT COLLATE "C" NOT NULL
);
