-- The Merkle tree (RFC 6962) over all leaves, kept with each commit.

-- The hashes of tiles as C2SP tlog-tiles counts them: at level 0 one for each leaf, at level l one for each full subtree of 256^l leaves.
-- What lies between is hashed anew when it is asked for. A row is written once, when its subtree is full, and never touched again.
CREATE TABLE tree_hashes (
    level      INTEGER NOT NULL CHECK (level >= 0),
    node_index INTEGER NOT NULL CHECK (node_index >= 0),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, node_index)
) WITHOUT ROWID;

CREATE TRIGGER tree_hashes_are_not_updated BEFORE UPDATE ON tree_hashes
BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;
CREATE TRIGGER tree_hashes_are_not_deleted BEFORE DELETE ON tree_hashes
BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;
CREATE TRIGGER tree_hashes_are_not_replaced BEFORE INSERT ON tree_hashes
WHEN EXISTS (SELECT 1 FROM tree_hashes WHERE level = NEW.level AND node_index = NEW.node_index)
BEGIN SELECT RAISE(ABORT, 'the tree is append-only'); END;

-- The root, and the frontier that it is made of: the hashes of the full subtrees, the tallest first. Empty until the tree of a ledger that
-- is older than this table was built, which happens when it is opened.
ALTER TABLE head ADD COLUMN root BLOB CHECK (root IS NULL OR length(root) = 32);
ALTER TABLE head ADD COLUMN frontier BLOB;

CREATE TRIGGER head_keeps_its_tree BEFORE UPDATE ON head
WHEN OLD.root IS NOT NULL AND (NEW.root IS NULL OR NEW.frontier IS NULL)
BEGIN SELECT RAISE(ABORT, 'the head does not go back'); END;

-- The last checkpoint that was signed: a C2SP signed note, byte for byte as it was given out.
CREATE TABLE checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    note TEXT NOT NULL
);
CREATE TRIGGER checkpoint_does_not_go_back BEFORE UPDATE ON checkpoint WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'the checkpoint does not go back'); END;
CREATE TRIGGER checkpoint_is_not_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the checkpoint does not go back'); END;
