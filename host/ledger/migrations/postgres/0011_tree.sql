-- The Merkle tree (RFC 6962) over all leaves, kept with each commit.

-- The hashes of tiles as C2SP tlog-tiles counts them: at level 0 one for each leaf, at level l one for each full subtree of 256^l leaves.
-- What lies between is hashed anew when it is asked for. A row is written once, when its subtree is full, and never touched again.
CREATE TABLE tree_hashes (
    level      BIGINT NOT NULL CHECK (level >= 0),
    node_index BIGINT NOT NULL CHECK (node_index >= 0),
    hash       BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, node_index)
);
CREATE TRIGGER tree_hashes_are_not_updated BEFORE UPDATE ON tree_hashes FOR EACH ROW
    EXECUTE FUNCTION append_only('the tree is');
CREATE TRIGGER tree_hashes_are_not_deleted BEFORE DELETE ON tree_hashes FOR EACH ROW
    EXECUTE FUNCTION append_only('the tree is');
CREATE TRIGGER tree_hashes_are_not_truncated BEFORE TRUNCATE ON tree_hashes FOR EACH STATEMENT
    EXECUTE FUNCTION append_only('the tree is');
ALTER TABLE tree_hashes ENABLE ALWAYS TRIGGER tree_hashes_are_not_updated;
ALTER TABLE tree_hashes ENABLE ALWAYS TRIGGER tree_hashes_are_not_deleted;
ALTER TABLE tree_hashes ENABLE ALWAYS TRIGGER tree_hashes_are_not_truncated;

-- The root, and the frontier that it is made of: the hashes of the full subtrees, the tallest first. Empty until the ledger is opened.
ALTER TABLE head ADD COLUMN root BYTEA CHECK (root IS NULL OR length(root) = 32);
ALTER TABLE head ADD COLUMN frontier BYTEA;
CREATE TRIGGER head_keeps_its_tree BEFORE UPDATE ON head FOR EACH ROW
    WHEN (OLD.root IS NOT NULL AND (NEW.root IS NULL OR NEW.frontier IS NULL)) EXECUTE FUNCTION does_not_go_back('the head');
ALTER TABLE head ENABLE ALWAYS TRIGGER head_keeps_its_tree;

-- The last checkpoint that was signed: a C2SP signed note, byte for byte as it was given out.
CREATE TABLE checkpoint (
    "only" BIGINT PRIMARY KEY CHECK ("only" = 1),
    size   BIGINT NOT NULL CHECK (size >= 0),
    note   TEXT COLLATE "C" NOT NULL
);
CREATE TRIGGER checkpoint_does_not_go_back BEFORE UPDATE ON checkpoint FOR EACH ROW WHEN (NEW.size < OLD.size)
    EXECUTE FUNCTION does_not_go_back('the checkpoint');
CREATE TRIGGER checkpoint_is_not_deleted BEFORE DELETE ON checkpoint FOR EACH ROW
    EXECUTE FUNCTION does_not_go_back('the checkpoint');
CREATE TRIGGER checkpoint_is_not_truncated BEFORE TRUNCATE ON checkpoint FOR EACH STATEMENT
    EXECUTE FUNCTION does_not_go_back('the checkpoint');
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_does_not_go_back;
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_is_not_deleted;
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_is_not_truncated;
