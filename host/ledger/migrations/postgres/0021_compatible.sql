-- The twin of sqlite/0021_compatible.sql.
--
-- Which builds these tables serve: those that know the migration `since`, or a later one. A migration that only adds leaves it as it is; one
-- that takes away or changes what older builds use raises it to its own number.
CREATE TABLE schema_compatible (
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    since BIGINT NOT NULL CHECK (since > 0)
);
INSERT INTO schema_compatible (one, since) VALUES (1, 21);

-- The first leaf whose rows are not in the derived tables of that generation. Whoever appends leaves moves the rows of the generations that
-- it knows; a gate of an older build leaves the newer ones behind, and a newer gate goes on from there.
CREATE TABLE derived_reached (
    generation BIGINT PRIMARY KEY CHECK (generation > 0),
    next_leaf  BIGINT NOT NULL CHECK (next_leaf >= 0)
);
INSERT INTO derived_reached (generation, next_leaf)
    SELECT known.generation, head.size
    FROM (SELECT CAST(1 AS BIGINT) AS generation UNION ALL SELECT 2) AS known, derived_generation AS made, head
    WHERE known.generation <= made.generation;
DROP TABLE derived_generation;
