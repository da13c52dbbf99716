-- Several servers on one database. Every node renews its row every few seconds, by the clock of the database. A running answer of the bot
-- names the node that gives it, so that other nodes can end the answers of a dead node.
CREATE TABLE nodes (
    node    text PRIMARY KEY,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

ALTER TABLE messages ADD COLUMN claimed_by text; -- the node that gives a running answer

DELETE FROM writers; -- they belong to servers that were never registered as nodes
