-- The functions that run inside the database server; a start replaces them if they differ. One call is one round trip and one transaction,
-- so no lock is held while a node waits for the network. Their parameters and the names in the JSON must not change: during a rolling
-- upgrade nodes of two versions call them.

-- Executes commands in order; element i of the result belongs to command i, and the last element is how long the batch waited for locks, in
-- ms. p_now replaces the database's own clock if it is not null.
CREATE OR REPLACE FUNCTION commit_commands(p_writer text, p_generation bigint, p_batch bigint, p_commands jsonb, p_now timestamptz)
RETURNS jsonb LANGUAGE plpgsql AS $body$
DECLARE
    outcomes  jsonb[] := '{}';
    command   jsonb;
    outcome   jsonb;
    at        timestamptz;
    known     messages%ROWTYPE;
    head      conversations%ROWTYPE;
    heads     conversations[] := '{}';   -- each is read once and written once
    ids       text[] := '{}';
    here      integer;
    positions bigint[];                  -- by shard; shard 0 is at index 1
    senders   text[] := '{}';
    posted    text;
    result    jsonb;
    began     timestamptz := clock_timestamp();
    waited    double precision;
BEGIN
    -- Its own row first: settle_batch, which asks for the outcome of a lost batch, waits for this lock until the batch has ended.
    PERFORM 1 FROM writers w WHERE w.writer = p_writer AND w.generation = p_generation FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'the batch came too late, or its server is not registered' USING ERRCODE = 'AC001'; END IF;

    -- Shards in ascending order, so that two nodes cannot deadlock. The statements below read while the locks are held.
    PERFORM 1 FROM log_heads l WHERE l.shard IN (
        SELECT c.shard FROM jsonb_array_elements(p_commands) AS e (command)
        JOIN conversations c ON c.conversation_id = e.command ->> 'conversation')
    ORDER BY l.shard FOR UPDATE;
    IF p_commands @? '$[*].folded' THEN PERFORM pg_advisory_xact_lock(hashtext('actorchat.names')); END IF;
    waited := 1000 * extract(epoch FROM clock_timestamp() - began);
    positions := ARRAY(SELECT l.pos FROM log_heads l ORDER BY l.shard);
    at := date_trunc('milliseconds', coalesce(p_now, clock_timestamp()));

    FOR command IN SELECT value FROM jsonb_array_elements(p_commands) LOOP
        IF command ? 'conversation' THEN
            here := array_position(ids, command ->> 'conversation');
            IF here IS NULL THEN
                SELECT * INTO head FROM conversations c WHERE c.conversation_id = command ->> 'conversation';
                IF NOT FOUND THEN
                    outcomes := outcomes || jsonb_build_object('is', 'refused', 'why', format('there is no conversation ''%s''', command ->> 'conversation'));
                    CONTINUE;
                END IF;
                head.updated_at := greatest(head.updated_at, at); -- a clock that was set back must not reorder the log
                ids := ids || head.conversation_id;
                heads := heads || head;
                here := array_length(ids, 1);
            ELSE
                head := heads[here];
            END IF;
        END IF;

        CASE command ->> 'do'
        WHEN 'append' THEN
            known := NULL;
            IF command ->> 'key' IS NOT NULL THEN
                SELECT * INTO known FROM messages m WHERE m.sender_id = command ->> 'sender' AND m.key = command ->> 'key';
            END IF;
            IF known.seq IS NOT NULL THEN
                -- The text is compared as it was posted: a message that was edited since is still the same send. The sender of an answer
                -- does not choose its text.
                posted := coalesce(
                    (SELECT c.before FROM changes c WHERE c.conversation_id = known.conversation_id AND c.message_seq = known.seq ORDER BY c.seq LIMIT 1),
                    known.text);
                outcome := CASE WHEN known.conversation_id = head.conversation_id AND (command ->> 'kind' = 'ai_response' OR posted = command ->> 'text')
                    THEN jsonb_build_object('is', 'repeated', 'seq', known.seq, 'at', known.created_at)
                    ELSE jsonb_build_object('is', 'reused') END;
            ELSE
                head.head := head.head + 1;
                positions[head.shard + 1] := positions[head.shard + 1] + 1;
                INSERT INTO messages (conversation_id, seq, shard, pos, sender_id, sender_name, text, message_type, created_at, key, reply_to,
                                      state, model, context_from, context_to, context_count, input_tokens, output_tokens, error, claimed_by)
                VALUES (head.conversation_id, head.head, head.shard, positions[head.shard + 1], command ->> 'sender', command ->> 'name', command ->> 'text',
                        command ->> 'kind', head.updated_at, command ->> 'key', (command ->> 'reply_to')::bigint,
                        command ->> 'state', command ->> 'model', (command ->> 'context_from')::bigint, (command ->> 'context_to')::bigint,
                        (command ->> 'context_count')::integer, (command ->> 'input_tokens')::bigint, (command ->> 'output_tokens')::bigint, command ->> 'error',
                        CASE WHEN command ->> 'state' = 'running' THEN p_writer END);
                heads[here] := head;
                IF command ->> 'kind' = 'user_message' AND NOT (command ->> 'sender') = ANY (senders) THEN senders := senders || (command ->> 'sender'); END IF;
                outcome := jsonb_build_object('is', 'appended', 'seq', head.head, 'at', head.updated_at, 'shard', head.shard, 'pos', positions[head.shard + 1]);
            END IF;

        WHEN 'save' THEN
            UPDATE messages m SET text = command ->> 'text'
            WHERE m.conversation_id = head.conversation_id AND m.seq = (command ->> 'message')::bigint AND m.state = 'running';
            outcome := jsonb_build_object('is', 'done');

        WHEN 'end' THEN
            UPDATE messages m SET text = command ->> 'text', state = command ->> 'state', input_tokens = (command ->> 'input_tokens')::bigint,
                                  output_tokens = (command ->> 'output_tokens')::bigint, error = command ->> 'error'
            WHERE m.conversation_id = head.conversation_id AND m.seq = (command ->> 'message')::bigint AND m.state = 'running';
            IF NOT FOUND THEN
                outcome := jsonb_build_object('is', 'not_running');
            ELSE
                head.head := head.head + 1;
                positions[head.shard + 1] := positions[head.shard + 1] + 1;
                INSERT INTO changes (conversation_id, seq, shard, pos, message_seq, kind, before, after, at)
                VALUES (head.conversation_id, head.head, head.shard, positions[head.shard + 1], (command ->> 'message')::bigint, 'answered', '',
                        command ->> 'text', head.updated_at);
                heads[here] := head;
                outcome := jsonb_build_object('is', 'ended', 'seq', head.head, 'at', head.updated_at, 'shard', head.shard, 'pos', positions[head.shard + 1]);
            END IF;

        WHEN 'claim', 'enter' THEN
            outcome := enter_by_name(command, at);

        WHEN 'revoke' THEN
            UPDATE sessions s SET revoked_at = clock_timestamp() -- the clock that the query for revoked tokens uses
            WHERE s.token_hash = command ->> 'token' AND s.revoked_at IS NULL;
            outcome := jsonb_build_object('is', 'done');

        WHEN 'read' THEN
            INSERT INTO reads AS r (user_id, conversation_id, seq)
            SELECT e.mark ->> 'user', e.mark ->> 'of', max((e.mark ->> 'seq')::bigint) FROM jsonb_array_elements(command -> 'marks') AS e (mark) GROUP BY 1, 2
            ON CONFLICT (user_id, conversation_id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > r.seq;
            outcome := jsonb_build_object('is', 'done');

        WHEN 'probe' THEN
            INSERT INTO meta (key, value) VALUES ('probe', at::text) ON CONFLICT (key) DO UPDATE SET value = excluded.value;
            outcome := jsonb_build_object('is', 'done');
        END CASE;
        outcomes := outcomes || outcome;
    END LOOP;

    UPDATE conversations c SET head = h.head, updated_at = h.updated_at
    FROM unnest(heads) AS h WHERE c.conversation_id = h.conversation_id AND c.head <> h.head;
    UPDATE log_heads l SET pos = positions[l.shard + 1]
    WHERE l.shard IN (SELECT h.shard FROM unnest(heads) AS h) AND l.pos <> positions[l.shard + 1];
    UPDATE users u SET last_activity = at
    WHERE u.user_id = ANY (senders) AND (u.last_activity IS NULL OR u.last_activity < at - interval '1 minute');
    result := to_jsonb(outcomes || to_jsonb(waited));
    UPDATE writers w SET batch = p_batch, outcomes = result WHERE w.writer = p_writer;
    RETURN result;
END
$body$;

-- Claims a name for a session ('claim'), or enters by name alone ('enter'). Names are looked up and created under one lock.
CREATE OR REPLACE FUNCTION enter_by_name(command jsonb, at timestamptz)
RETURNS jsonb LANGUAGE plpgsql AS $body$
DECLARE
    entered users%ROWTYPE;
    taken   boolean;
    holder  text;
BEGIN
    -- The exact name first: a migrated user keeps their own name, even if another name folds to the same.
    SELECT u.* INTO entered FROM users u WHERE u.username = command ->> 'name' OR u.name_key = command ->> 'folded'
    ORDER BY (u.username = command ->> 'name') DESC, u.created_at LIMIT 1;
    SELECT coalesce(bool_or(u.user_id = 'aibot' OR EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.user_id AND s.revoked_at IS NULL)), false) INTO taken
    FROM users u WHERE u.username = command ->> 'name' OR u.name_key = command ->> 'folded';
    SELECT s.user_id INTO holder FROM sessions s WHERE s.token_hash = command ->> 'token';

    IF holder IS NOT NULL THEN -- the same claim again, because its answer was lost
        IF holder IS DISTINCT FROM entered.user_id THEN RETURN jsonb_build_object('is', 'refused', 'why', 'the token belongs to another user'); END IF;
    ELSIF taken THEN
        RETURN jsonb_build_object('is', 'taken');
    ELSE
        IF entered.user_id IS NULL THEN
            INSERT INTO users (user_id, username, name_key, created_at, last_activity)
            VALUES (command ->> 'user', command ->> 'name', command ->> 'folded', at, at) RETURNING * INTO entered;
        ELSE
            UPDATE users u SET name_key = command ->> 'folded', last_activity = at WHERE u.user_id = entered.user_id;
        END IF;
        INSERT INTO conversation_participants (conversation_id, user_id, joined_at) VALUES ('default', entered.user_id, at) ON CONFLICT DO NOTHING;
        IF command ->> 'do' = 'claim' THEN
            INSERT INTO sessions (token_hash, user_id, created_at) VALUES (command ->> 'token', entered.user_id, at);
        END IF;
    END IF;
    RETURN jsonb_build_object('is', 'entered', 'user', entered.user_id, 'name', entered.username, 'role', entered.role);
END
$body$;

-- After a connection broke: the outcomes of the batch if it was committed; null if it was not, and then it never will be.
CREATE OR REPLACE FUNCTION settle_batch(p_writer text, p_generation bigint, p_batch bigint)
RETURNS jsonb LANGUAGE plpgsql AS $body$
DECLARE
    settled jsonb;
BEGIN
    UPDATE writers w SET generation = p_generation WHERE w.writer = p_writer
    RETURNING CASE WHEN w.batch = p_batch THEN w.outcomes END INTO settled;
    IF NOT FOUND THEN RAISE EXCEPTION 'this server is not registered' USING ERRCODE = 'AC001'; END IF;
    RETURN settled;
END
$body$;
