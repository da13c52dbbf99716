-- The read positions of all users. They only move forward, and are saved some seconds late, so a killed process loses the last ones.
-- A user without a row has read everything: new users do not start with thousands of unread messages.
CREATE TABLE reads (
    user_id         TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
) WITHOUT ROWID;
