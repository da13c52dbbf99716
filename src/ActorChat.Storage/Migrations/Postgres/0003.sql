-- Several servers on one database. A node says every few seconds that it is there, by the clock of the database; an answer of the bot has the
-- node that gives it, so that the others can close what a dead one leaves.
CREATE TABLE nodes (
    node    text PRIMARY KEY,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

ALTER TABLE messages ADD COLUMN claimed_by text; -- the node that gives a running answer

DELETE FROM writers; -- those of servers that did not say that they are there
