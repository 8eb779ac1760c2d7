-- The spans of span trees, to be searched: made from the trees' bytes in the transaction of their leaves, and never changed. Moments are
-- nanoseconds since 1970, durations nanoseconds. The twin of sqlite/0013_span_index.sql.
--
-- Ids follow from what they stand for (the first 63 bits of its SHA-256), so that the same trees make the same rows in whatever order, and
-- a tree that is taken away changes nobody's. The two lowest bits of a value's id say its type: 0 text, 1 whole number, 2 float, 3 bool.

-- Of what environment and services decisions are: what a grant reaches is found out once for each of these.
CREATE TABLE trace_reaches (
    id          BIGINT PRIMARY KEY,
    environment TEXT COLLATE "C" NOT NULL,
    services    TEXT COLLATE "C" NOT NULL -- sorted, with a space between
);

-- One row for each decision whose tree can be read. A caller's trace may be that of several decisions.
CREATE TABLE traces (
    leaf_index   BIGINT PRIMARY KEY REFERENCES leaves (leaf_index),
    trace_id     TEXT COLLATE "C" NOT NULL,
    decision     TEXT COLLATE "C" NOT NULL REFERENCES decisions (id) DEFERRABLE,
    reach        BIGINT NOT NULL,
    root_service TEXT COLLATE "C" NOT NULL,
    root_name    TEXT COLLATE "C" NOT NULL,
    start_ns     BIGINT NOT NULL,
    duration_ns  BIGINT NOT NULL,
    spans        BIGINT NOT NULL
);
CREATE INDEX traces_by_trace ON traces (trace_id, leaf_index);
CREATE INDEX traces_by_start ON traces (start_ns, leaf_index);

-- `span_no` is 65,536 times the leaf's index and the place within the tree. `part` is the number of the first span under the same resource
-- and scope, whose attributes are that span's. `kind` and `status` are OTLP's numbers.
CREATE TABLE spans (
    span_no     BIGINT PRIMARY KEY,
    leaf_index  BIGINT NOT NULL,
    part        BIGINT NOT NULL,
    span_id     TEXT COLLATE "C" NOT NULL,
    parent_id   TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    kind        BIGINT NOT NULL,
    status      BIGINT NOT NULL,
    start_ns    BIGINT NOT NULL,
    duration_ns BIGINT NOT NULL
);
CREATE INDEX spans_by_status ON spans (status, span_no);

CREATE TABLE attribute_keys (
    id    BIGINT PRIMARY KEY,
    scope TEXT COLLATE "C" NOT NULL,
    name  TEXT COLLATE "C" NOT NULL
);

CREATE TABLE attribute_values (
    id     BIGINT PRIMARY KEY,
    text   TEXT COLLATE "C" NOT NULL,
    number DOUBLE PRECISION -- of what is a number
);

-- Which span has which value, of an event or a link where the key's scope says so. What a resource or a scope has is its first span's.
CREATE TABLE span_attributes (
    key_id   BIGINT NOT NULL,
    span_no  BIGINT NOT NULL,
    value_id BIGINT NOT NULL,
    PRIMARY KEY (key_id, span_no, value_id)
);
CREATE INDEX span_attributes_by_value ON span_attributes (key_id, value_id, span_no);

-- Trees of leaves before `next_leaf` are known to be in these tables: a ledger that an older program wrote gets the others when it is opened.
CREATE TABLE span_index (
    "only"    BIGINT PRIMARY KEY CHECK ("only" = 1),
    next_leaf BIGINT NOT NULL CHECK (next_leaf >= 0)
);
INSERT INTO span_index ("only", next_leaf) VALUES (1, 0);
CREATE TRIGGER span_index_does_not_go_back BEFORE UPDATE ON span_index FOR EACH ROW
    WHEN (NEW.next_leaf < OLD.next_leaf) EXECUTE FUNCTION does_not_go_back('the index of spans');
ALTER TABLE span_index ENABLE ALWAYS TRIGGER span_index_does_not_go_back;
