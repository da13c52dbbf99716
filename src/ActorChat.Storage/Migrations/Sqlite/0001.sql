-- The tables are the predecessor's, extended. `messages` holds the present state of each message, `changes` every later change.
-- Both take their seqs from one counter per conversation (conversations.head), so their union by seq is the log, from 1 and without gaps.
-- Times are RFC 3339 in UTC with milliseconds, always 24 characters, so that they sort as text.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE users (
    user_id       TEXT PRIMARY KEY NOT NULL,
    username      TEXT NOT NULL UNIQUE,
    created_at    TEXT NOT NULL,
    last_activity TEXT,               -- up to a minute late
    name_key      TEXT,               -- the form of the name that is compared; null until a migrated name is used
    role          TEXT NOT NULL DEFAULT 'member'
);
-- Not UNIQUE: the predecessor compared names byte by byte, so its file may contain both Ann and ANN. They share one key, and a session of
-- either one holds it. New names are looked up and created in one transaction of the only writer.
CREATE INDEX users_by_name_key ON users (name_key) WHERE name_key IS NOT NULL;

CREATE TABLE conversations (
    conversation_id TEXT PRIMARY KEY NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,    -- the time of the newest entry of the log; times never decrease
    title           TEXT NOT NULL,
    kind            TEXT NOT NULL,    -- public, private
    head            INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE conversation_participants (
    conversation_id TEXT NOT NULL REFERENCES conversations (conversation_id),
    user_id         TEXT NOT NULL REFERENCES users (user_id),
    joined_at       TEXT NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;

-- No AUTOINCREMENT and no index on (conversation_id, created_at): together they more than halve the speed of writing. A date can be found
-- by a binary search over seq, since times grow with it.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    sender_id       TEXT NOT NULL,
    sender_name     TEXT NOT NULL,
    text            TEXT NOT NULL,
    message_type    TEXT NOT NULL,    -- user_message, ai_response, system
    created_at      TEXT NOT NULL,
    key             TEXT,
    reply_to        INTEGER,
    edited_at       TEXT,
    deleted_at      TEXT,
    state           TEXT,             -- from here on for ai_response only: running, done, stopped, failed, interrupted
    model           TEXT,
    context_from    INTEGER,
    context_to      INTEGER,
    context_count   INTEGER,
    input_tokens    INTEGER,
    output_tokens   INTEGER,
    error           TEXT,
    UNIQUE (conversation_id, seq)
);
CREATE INDEX messages_running ON messages (conversation_id, seq) WHERE state = 'running';

-- (sender_id, key) is unique forever. This is its index, by a hash, for all messages up to meta.keys_indexed_to. The writer keeps the keys
-- of later messages in memory; see MessageKeys.cs.
CREATE TABLE message_keys (
    hash       INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL
);

CREATE TABLE changes (
    conversation_id TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    message_seq     INTEGER NOT NULL,
    kind            TEXT NOT NULL,    -- answered
    by              TEXT,             -- user_id; null for the server itself
    before          TEXT,             -- the texts before and after; the first change's `before` is the text as it was posted
    after           TEXT,
    at              TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX changes_by_message ON changes (conversation_id, message_seq, seq);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id    TEXT NOT NULL REFERENCES users (user_id),
    created_at TEXT NOT NULL,
    revoked_at TEXT
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE revoked_at IS NULL;
