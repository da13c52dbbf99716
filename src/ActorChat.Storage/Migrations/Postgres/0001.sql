-- The tables are those of the SQLite store, with additions for several nodes: `pos` is the position of an entry in its shard. It is dense,
-- as seq is in a conversation, so a node that reads a shard notices any missing entry. A conversation keeps its shard; the number of shards
-- may grow.

CREATE TABLE meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE users (
    user_id       text PRIMARY KEY,
    username      text COLLATE "C" NOT NULL UNIQUE,
    created_at    timestamptz NOT NULL,
    last_activity timestamptz,        -- up to a minute late
    name_key      text COLLATE "C",   -- the form of the name that is compared; null until a migrated name is used
    role          text NOT NULL DEFAULT 'member'
);
CREATE INDEX users_by_name_key ON users (name_key) WHERE name_key IS NOT NULL;

-- Counters that every commit updates: half of each page is kept free, so that an update stays on its page and changes no index.
CREATE TABLE log_heads (
    shard smallint PRIMARY KEY,
    pos   bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE conversations (
    conversation_id text PRIMARY KEY,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,  -- the time of the newest entry of the log; times never decrease
    title           text NOT NULL,
    kind            text NOT NULL,
    head            bigint NOT NULL DEFAULT 0,
    shard           smallint NOT NULL REFERENCES log_heads (shard)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE conversation_participants (
    conversation_id text NOT NULL REFERENCES conversations (conversation_id),
    user_id         text NOT NULL REFERENCES users (user_id),
    joined_at       timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);

CREATE TABLE messages (
    conversation_id text NOT NULL,
    seq             bigint NOT NULL,
    shard           smallint NOT NULL,
    pos             bigint NOT NULL,
    sender_id       text NOT NULL,
    sender_name     text NOT NULL,
    text            text NOT NULL,
    message_type    text NOT NULL,
    created_at      timestamptz NOT NULL,
    key             text,
    reply_to        bigint,
    edited_at       timestamptz,
    deleted_at      timestamptz,
    state           text,                  -- from here on for ai_response only
    model           text,
    context_from    bigint,
    context_to      bigint,
    context_count   integer,
    input_tokens    bigint,
    output_tokens   bigint,
    error           text,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX messages_by_pos ON messages (shard, pos);
CREATE UNIQUE INDEX messages_by_key ON messages (sender_id, key) WHERE key IS NOT NULL;
CREATE INDEX messages_running ON messages (conversation_id, seq) WHERE state = 'running';

CREATE TABLE changes (
    conversation_id text NOT NULL,
    seq             bigint NOT NULL,
    shard           smallint NOT NULL,
    pos             bigint NOT NULL,
    message_seq     bigint NOT NULL,
    kind            text NOT NULL,         -- answered
    by              text,
    before          text,                  -- the first change's `before` is the text as it was posted
    after           text,
    at              timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX changes_by_pos ON changes (shard, pos);
CREATE UNIQUE INDEX changes_by_message ON changes (conversation_id, message_seq, seq);

CREATE TABLE sessions (
    token_hash text PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (user_id),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE revoked_at IS NULL;

-- One row for each node that writes: its last batch and the outcomes. A node whose connection breaks during a commit raises its generation
-- and finds out here whether the commit happened; a batch that arrives after that is refused.
CREATE TABLE writers (
    writer     text PRIMARY KEY,
    generation bigint NOT NULL,
    batch      bigint NOT NULL,
    outcomes   jsonb
) WITH (fillfactor = 50);
