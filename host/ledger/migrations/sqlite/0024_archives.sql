-- What older decisions left was moved to archives: what the leaves of these acts and the manifests that they name say.

-- One row for each archive: of the leaves from `first_leaf` on and below `size`, whose root was `root`. `manifest` is the digest of what lists
-- the archive's files; `decisions` counts those that were moved with it.
CREATE TABLE archives (
    leaf_index  INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    first_leaf  INTEGER NOT NULL,
    size        INTEGER NOT NULL CHECK (size > first_leaf),
    root        TEXT NOT NULL,
    manifest    TEXT NOT NULL,
    decisions   INTEGER NOT NULL,
    archived_at TEXT NOT NULL,
    archived_by TEXT NOT NULL
);

-- Decisions of which nothing but the leaf is here any more, and in which archive the rest lies, by the index of its leaf.
CREATE TABLE archived_decisions (
    decision   TEXT NOT NULL PRIMARY KEY,
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    archive    INTEGER NOT NULL REFERENCES archives (leaf_index)
) WITHOUT ROWID;
CREATE INDEX archived_decisions_by_archive ON archived_decisions (archive);

-- A decision that goes is looked for wherever one is referred to.
CREATE INDEX span_trees_by_decision ON span_trees (decision);
CREATE INDEX traces_by_decision ON traces (decision);
