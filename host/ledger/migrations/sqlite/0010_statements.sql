-- Statements that people made to the gate itself, as the leaves of these acts say. The document that a statement became lies in
-- `evidence` and is named by its leaf, so it stays. `made_by` is deletable with the row: then the document is anybody's.
CREATE TABLE statements (
    scope      TEXT NOT NULL,
    digest     TEXT NOT NULL,
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    made_at    TEXT NOT NULL,
    made_by    TEXT NOT NULL,
    PRIMARY KEY (scope, digest)
) WITHOUT ROWID;
