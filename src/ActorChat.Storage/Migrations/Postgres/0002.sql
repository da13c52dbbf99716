-- How far each user has read. Forward only; written some seconds late, so a killed process loses the last of them.
-- A user without a row has everything read: nobody who comes for the first time stands before a wall of unread messages.
CREATE TABLE reads (
    user_id         text NOT NULL,
    conversation_id text NOT NULL,
    seq             bigint NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
);
