-- Who agreed to which waiver, as the leaves of these acts say. `waiver` is the digest of everything that the waiver says: another text is
-- another waiver.
CREATE TABLE waiver_agreements (
    waiver     TEXT COLLATE "C" PRIMARY KEY,
    leaf_index BIGINT NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    agreed_at  TEXT COLLATE "C" NOT NULL,
    agreed_by  TEXT COLLATE "C" NOT NULL
);
