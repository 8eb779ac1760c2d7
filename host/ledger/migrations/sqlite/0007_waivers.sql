-- Who agreed to which waiver, as the leaves of these acts say. `waiver` is the digest of everything that the waiver says: another text is
-- another waiver.
CREATE TABLE waiver_agreements (
    waiver     TEXT NOT NULL PRIMARY KEY,
    leaf_index INTEGER NOT NULL UNIQUE REFERENCES leaves (leaf_index),
    agreed_at  TEXT NOT NULL,
    agreed_by  TEXT NOT NULL
);
