using System.Security.Cryptography;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>The commands that let people in, and the trace that their writing leaves.</summary>
internal sealed class UserWrites(SqliteConnection connection) : IDisposable
{
    static readonly TimeSpan ActivityIsExactTo = TimeSpan.FromMinutes(1);
    const int RememberedUsers = 10_000; // bounds the memory; forgetting one costs an update

    // The exact name first: it is a migrated user's own, whoever else's folds to the same.
    readonly Statement _find = new(connection, """
        SELECT user_id, username, role, EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.user_id AND s.revoked_at IS NULL)
        FROM users u WHERE username = ?1 OR name_key = ?2 ORDER BY username <> ?1, created_at
        """);

    readonly Statement _ofToken = new(connection, "SELECT user_id FROM sessions WHERE token_hash = ?1");
    readonly Statement _insert = new(connection, "INSERT INTO users (user_id, username, name_key, created_at, last_activity, role) VALUES (?1, ?2, ?3, ?4, ?4, 'member')");
    readonly Statement _seen = new(connection, "UPDATE users SET name_key = ?2, last_activity = ?3 WHERE user_id = ?1");
    readonly Statement _active = new(connection, "UPDATE users SET last_activity = ?2 WHERE user_id = ?1");
    readonly Statement _join = new(connection, "INSERT INTO conversation_participants (conversation_id, user_id, joined_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
    readonly Statement _insertSession = new(connection, "INSERT INTO sessions (token_hash, user_id, created_at) VALUES (?1, ?2, ?3)");
    readonly Statement _revoke = new(connection, "UPDATE sessions SET revoked_at = ?2 WHERE token_hash = ?1 AND revoked_at IS NULL");
    readonly Dictionary<UserId, DateTimeOffset> _lastWritten = [];

    public StoreOutcome Claim(ClaimName claim, DateTimeOffset now)
    {
        var holderOfToken = UserOf(claim.Token);
        var (user, taken) = Find(claim.Name, claim.FoldedName);
        if (holderOfToken is { } holder) // the same claim again, after an answer that never arrived
            return user?.Id == holder ? new UserEntered(user) : new CommandRefused("the token belongs to another user");
        if (taken) return new NameTaken();
        var entered = Enter(user, claim.Name, claim.FoldedName, now);
        _insertSession.Bind(1, claim.Token.Value).Bind(2, entered.Id.Value).Bind(3, StoredValues.Time(now)).Run();
        return new UserEntered(entered);
    }

    public StoreOutcome Enter(EnterByName enter, DateTimeOffset now)
    {
        var (user, taken) = Find(enter.Name, enter.FoldedName);
        return taken ? new NameTaken() : new UserEntered(Enter(user, enter.Name, enter.FoldedName, now));
    }

    public CommandDone Revoke(RevokeToken revoke, DateTimeOffset now)
    {
        _revoke.Bind(1, revoke.Token.Value).Bind(2, StoredValues.Time(now)).Run();
        return new CommandDone();
    }

    UserAccount Enter(UserAccount? known, string name, string foldedName, DateTimeOffset now)
    {
        var at = StoredValues.Time(now);
        var user = known ?? new UserAccount(new UserId(RandomNumberGenerator.GetHexString(16, lowercase: true)), name, "member");
        if (known is null)
            _insert.Bind(1, user.Id.Value).Bind(2, name).Bind(3, foldedName).Bind(4, at).Run();
        else
            _seen.Bind(1, user.Id.Value).Bind(2, foldedName).Bind(3, at).Run();
        _join.Bind(1, ConversationId.Default.Value).Bind(2, user.Id.Value).Bind(3, at).Run();
        return user;
    }

    (UserAccount? User, bool Taken) Find(string name, string foldedName)
    {
        UserAccount? found = null;
        var taken = false;
        _find.Bind(1, name).Bind(2, foldedName);
        while (_find.Step())
        {
            var user = new UserAccount(new UserId(_find.Text(0)), _find.Text(1), _find.Text(2));
            found ??= user;
            taken |= _find.Int64(3) != 0 || user.Id == Author.Bot.Id;
        }
        _find.Reset();
        return (found, taken);
    }

    UserId? UserOf(TokenHash token)
    {
        UserId? user = _ofToken.Bind(1, token.Value).Step() ? new UserId(_ofToken.Text(0)) : null;
        _ofToken.Reset();
        return user;
    }

    /// <summary>Somebody has written: kept at most once a minute for each, inside a transaction that happens anyway.</summary>
    public void Active(UserId user, DateTimeOffset at, string atText)
    {
        if (_lastWritten.TryGetValue(user, out var last) && at - last < ActivityIsExactTo) return;
        if (_lastWritten.Count >= RememberedUsers) _lastWritten.Clear();
        _lastWritten[user] = at;
        _active.Bind(1, user.Value).Bind(2, atText).Run();
    }

    public void Dispose()
    {
        _find.Dispose();
        _ofToken.Dispose();
        _insert.Dispose();
        _seen.Dispose();
        _active.Dispose();
        _join.Dispose();
        _insertSession.Dispose();
        _revoke.Dispose();
    }
}
