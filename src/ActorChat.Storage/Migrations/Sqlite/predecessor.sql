-- Moves the predecessor's four tables, which have been renamed to before_…, into those of 0001.sql.
-- The types of its columns vary between its versions: ids are numbers or text; times are ISO with or without an offset, or SQLite's own.
-- Times without an offset are UTC. A time that cannot be parsed, or is in the future, is replaced by one that fits the order of the log.

-- Maps conversations to their new ids. The predecessor's clients know only `default`: if the file has a single conversation with another
-- id, its people talked in that one, so it becomes the default conversation. Otherwise every id stays.
CREATE TEMP TABLE conversation_map (before TEXT PRIMARY KEY, id TEXT NOT NULL);
INSERT INTO conversation_map (before, id)
    SELECT before, CASE WHEN count(*) OVER () = 1 THEN 'default' ELSE before END
    FROM (SELECT coalesce(CAST(conversation_id AS TEXT), 'default') AS before FROM before_conversations
          UNION SELECT coalesce(CAST(conversation_id AS TEXT), 'default') FROM before_messages);

INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind)
    SELECT m.id, now.value, now.value, m.id, 'private' FROM conversation_map m, meta now WHERE now.key = 'created_at'
    ON CONFLICT DO NOTHING;
UPDATE conversations SET created_at = before.at
    FROM (SELECT m.id AS id, min(strftime('%Y-%m-%dT%H:%M:%fZ', c.created_at, 'auto')) AS at
          FROM before_conversations c JOIN conversation_map m ON m.before = coalesce(CAST(c.conversation_id AS TEXT), 'default') GROUP BY m.id) AS before
    WHERE before.id = conversations.conversation_id AND before.at < conversations.created_at;

-- The bot exists already; its messages are recognized by their type or by its name.
INSERT INTO users (user_id, username, name_key, created_at, last_activity)
    SELECT CAST(u.user_id AS TEXT), CAST(u.username AS TEXT), name_key(u.username),
           coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', u.created_at, 'auto'), now.value), strftime('%Y-%m-%dT%H:%M:%fZ', u.last_activity, 'auto')
    FROM before_users u, meta now
    WHERE now.key = 'created_at' AND u.user_id IS NOT NULL AND u.username IS NOT NULL AND name_key(u.username) <> 'aibot'
    ORDER BY u.rowid
    ON CONFLICT DO NOTHING;

CREATE TEMP TABLE message_kind (before TEXT PRIMARY KEY, kind TEXT NOT NULL);
INSERT INTO message_kind VALUES
    ('ai_response', 'ai_response'), ('ai', 'ai_response'), ('ai_message', 'ai_response'), ('bot', 'ai_response'),
    ('assistant', 'ai_response'), ('agent', 'ai_response'), ('response', 'ai_response'),
    ('system', 'system'), ('system_message', 'system'), ('notification', 'system'), ('join', 'system'), ('leave', 'system');

-- Senders of messages who are missing in the predecessor's users.
INSERT INTO users (user_id, username, name_key, created_at)
    SELECT coalesce(max(CAST(m.sender_id AS TEXT)), lower(hex(randomblob(8)))), CAST(m.sender_name AS TEXT), name_key(m.sender_name), now.value
    FROM before_messages m, meta now
    LEFT JOIN message_kind k ON k.before = lower(m.message_type)
    WHERE now.key = 'created_at' AND k.kind IS NULL AND m.sender_name <> '' AND name_key(m.sender_name) <> 'aibot'
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.user_id = CAST(m.sender_id AS TEXT))
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.username = CAST(m.sender_name AS TEXT))
    GROUP BY CAST(m.sender_name AS TEXT)
    ON CONFLICT DO NOTHING;

INSERT INTO messages (id, conversation_id, seq, sender_id, sender_name, text, message_type, created_at, state)
    SELECT id, conversation_id, row_number() OVER log,
           CASE kind WHEN 'ai_response' THEN 'aibot'
                     ELSE coalesce((SELECT u.user_id FROM users u WHERE u.user_id = sender_id),
                                   (SELECT u.user_id FROM users u WHERE u.username = sender_name), sender_id, kind) END,
           sender_name, text, kind,
           coalesce(max(at) OVER log, '1970-01-01T00:00:00.000Z'),
           CASE kind WHEN 'ai_response' THEN 'done' END
    FROM (SELECT m.rowid AS id, c.id AS conversation_id, CAST(m.sender_id AS TEXT) AS sender_id,
                 CAST(coalesce(m.sender_name, '') AS TEXT) AS sender_name, CAST(coalesce(m.text, '') AS TEXT) AS text,
                 CASE WHEN k.kind IS NOT NULL THEN k.kind WHEN m.sender_name = 'AIBot' THEN 'ai_response' ELSE 'user_message' END AS kind,
                 min(strftime('%Y-%m-%dT%H:%M:%fZ', m.created_at, 'auto'), now.value) AS at
          FROM before_messages m
          JOIN meta now ON now.key = 'created_at'
          JOIN conversation_map c ON c.before = coalesce(CAST(m.conversation_id AS TEXT), 'default')
          LEFT JOIN message_kind k ON k.before = lower(m.message_type))
    WINDOW log AS (PARTITION BY conversation_id ORDER BY id ROWS UNBOUNDED PRECEDING);

UPDATE meta SET value = (SELECT coalesce(max(id), 0) FROM messages) WHERE key = 'keys_indexed_to'; -- the predecessor had no keys

UPDATE conversations SET head = log.head, updated_at = log.at
    FROM (SELECT conversation_id, max(seq) AS head, max(created_at) AS at FROM messages GROUP BY conversation_id) AS log
    WHERE log.conversation_id = conversations.conversation_id;

INSERT INTO conversation_participants (conversation_id, user_id, joined_at)
    SELECT m.id, u.user_id, coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', p.joined_at, 'auto'), now.value)
    FROM before_conversation_participants p
    JOIN meta now ON now.key = 'created_at'
    JOIN conversation_map m ON m.before = CAST(p.conversation_id AS TEXT)
    JOIN users u ON u.user_id = CAST(p.user_id AS TEXT) AND u.user_id <> 'aibot'
    WHERE true
    ON CONFLICT DO NOTHING;
INSERT INTO conversation_participants (conversation_id, user_id, joined_at)
    SELECT 'default', user_id, created_at FROM users WHERE user_id <> 'aibot'
    ON CONFLICT DO NOTHING;

DROP TABLE temp.message_kind;
DROP TABLE temp.conversation_map;
DROP TABLE before_messages;
DROP TABLE before_conversation_participants;
DROP TABLE before_conversations;
DROP TABLE before_users;
