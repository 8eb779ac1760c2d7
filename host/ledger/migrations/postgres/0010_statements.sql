-- Statements that people made to the gate itself, as the leaves of these acts say. The document that a statement became lies in
-- `evidence` and is named by its leaf, so it stays. `made_by` is deletable with the row: then the document is anybody's.
CREATE TABLE statements (
    scope      TEXT COLLATE "C" NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    made_at    TEXT COLLATE "C" NOT NULL,
    made_by    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (scope, digest)
);
