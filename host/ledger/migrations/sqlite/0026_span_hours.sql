-- What metrics over spans are counted from, so that a month is not counted span by span: decisions by what their spans are, for each hour.
-- Made from the trees' bytes in the transaction of their leaves, as the tables of the spans themselves.

-- The profile of a tree is what its spans are, as far as metrics ask for it: of each span its kind, its status and some attributes that have few
-- values, and how many spans are so. Most trees have the profile of another. Its id follows from what it says, as that of a value does.
CREATE TABLE profile_spans (
    profile INTEGER NOT NULL,
    place   INTEGER NOT NULL, -- from 0 on
    kind    INTEGER NOT NULL,
    status  INTEGER NOT NULL,
    spans   INTEGER NOT NULL CHECK (spans > 0),
    PRIMARY KEY (profile, place)
) WITHOUT ROWID;

-- Which values those spans have, their resource's and their tree's included.
CREATE TABLE profile_attributes (
    profile  INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    key_id   INTEGER NOT NULL,
    value_id INTEGER NOT NULL,
    PRIMARY KEY (profile, place, key_id, value_id)
) WITHOUT ROWID;

-- The profile of each decision's tree: what is counted where an hour is not asked for as a whole.
CREATE TABLE trace_profiles (
    leaf_index INTEGER PRIMARY KEY REFERENCES leaves (leaf_index),
    profile    INTEGER NOT NULL
);

-- How many trees of a profile and a reach began in an hour, which is counted from 1970 on.
CREATE TABLE profile_hours (
    profile INTEGER NOT NULL,
    hour    INTEGER NOT NULL,
    reach   INTEGER NOT NULL,
    trees   INTEGER NOT NULL,
    PRIMARY KEY (profile, hour, reach)
) WITHOUT ROWID;
