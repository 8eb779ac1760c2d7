-- As in sqlite/0019: what older decisions left was moved to archives.

-- One row for each archive: of the leaves from `first_leaf` on and below `size`, whose root was `root`. `manifest` is the digest of what lists
-- the archive's files; `decisions` counts those that were moved with it.
CREATE TABLE archives (
    leaf_index  BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    first_leaf  BIGINT NOT NULL,
    size        BIGINT NOT NULL CHECK (size > first_leaf),
    root        TEXT COLLATE "C" NOT NULL,
    manifest    TEXT COLLATE "C" NOT NULL,
    decisions   BIGINT NOT NULL,
    archived_at TEXT COLLATE "C" NOT NULL,
    archived_by TEXT COLLATE "C" NOT NULL
);

-- Decisions of which nothing but the leaf is here any more, and in which archive the rest lies, by the index of its leaf.
CREATE TABLE archived_decisions (
    decision   TEXT COLLATE "C" PRIMARY KEY,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    archive    BIGINT NOT NULL REFERENCES archives (leaf_index) DEFERRABLE
);
CREATE INDEX archived_decisions_by_archive ON archived_decisions (archive);

-- A decision that goes is looked for wherever one is referred to.
CREATE INDEX span_trees_by_decision ON span_trees (decision);
CREATE INDEX traces_by_decision ON traces (decision);
