-- The read positions of all users. They only move forward, and are saved some seconds late, so a killed process loses the last ones.
-- A user without a row has read everything: new users do not start with thousands of unread messages.
CREATE TABLE reads (
    user_id         text NOT NULL,
    conversation_id text NOT NULL,
    seq             bigint NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
);
