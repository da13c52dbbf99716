using System.Security.Cryptography;
using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>The commands that let users in, and the time of their last activity.</summary>
internal sealed class UserWrites(StatementSet statements)
{
    const int RememberedUsers = 10_000; // bounds the memory; forgetting a user costs one more update
    static readonly TimeSpan ActivityPrecision = TimeSpan.FromMinutes(1);

    // The exact name first: a migrated user keeps their own name, even if another name folds to the same.
    readonly Statement findByName = statements.Prepare("""
        SELECT user_id, username, role, EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.user_id AND s.revoked_at IS NULL)
        FROM users u WHERE username = ?1 OR name_key = ?2 ORDER BY username <> ?1, created_at
        """);

    readonly Statement findByToken = statements.Prepare("SELECT user_id FROM sessions WHERE token_hash = ?1");

    readonly Statement insertUser = statements.Prepare(
        "INSERT INTO users (user_id, username, name_key, created_at, last_activity, role) VALUES (?1, ?2, ?3, ?4, ?4, 'member')");

    readonly Statement updateUser = statements.Prepare("UPDATE users SET name_key = ?2, last_activity = ?3 WHERE user_id = ?1");

    readonly Statement updateActivity = statements.Prepare("UPDATE users SET last_activity = ?2 WHERE user_id = ?1");

    readonly Statement insertParticipant = statements.Prepare(
        "INSERT INTO conversation_participants (conversation_id, user_id, joined_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");

    readonly Statement insertSession = statements.Prepare("INSERT INTO sessions (token_hash, user_id, created_at) VALUES (?1, ?2, ?3)");

    readonly Statement revokeToken = statements.Prepare("UPDATE sessions SET revoked_at = ?2 WHERE token_hash = ?1 AND revoked_at IS NULL");

    readonly Dictionary<UserId, DateTimeOffset> lastSaved = [];

    public StoreOutcome Claim(ClaimName claim, DateTimeOffset now)
    {
        var holderOfToken = UserOf(claim.Token);
        var (user, taken) = Find(claim.Name, claim.FoldedName);
        if (holderOfToken is { } holder) // the same claim again, because its answer was lost
            return user?.Id == holder ? new UserEntered(user) : new CommandRefused("the token belongs to another user");
        if (taken) return new NameTaken();
        var entered = Enter(user, claim.Name, claim.FoldedName, now);
        insertSession.Bind(1, claim.Token.Value).Bind(2, entered.Id.Value).Bind(3, StoredValues.Time(now)).Run();
        return new UserEntered(entered);
    }

    public StoreOutcome Enter(EnterByName enter, DateTimeOffset now)
    {
        var (user, taken) = Find(enter.Name, enter.FoldedName);
        return taken ? new NameTaken() : new UserEntered(Enter(user, enter.Name, enter.FoldedName, now));
    }

    public CommandDone Revoke(RevokeToken revoke, DateTimeOffset now)
    {
        revokeToken.Bind(1, revoke.Token.Value).Bind(2, StoredValues.Time(now)).Run();
        return new CommandDone();
    }

    UserAccount Enter(UserAccount? known, string name, string foldedName, DateTimeOffset now)
    {
        var at = StoredValues.Time(now);
        var user = known ?? new UserAccount(new UserId(RandomNumberGenerator.GetHexString(16, lowercase: true)), name, "member");
        if (known is null)
            insertUser.Bind(1, user.Id.Value).Bind(2, name).Bind(3, foldedName).Bind(4, at).Run();
        else
            updateUser.Bind(1, user.Id.Value).Bind(2, foldedName).Bind(3, at).Run();
        insertParticipant.Bind(1, ConversationId.Default.Value).Bind(2, user.Id.Value).Bind(3, at).Run();
        return user;
    }

    (UserAccount? User, bool Taken) Find(string name, string foldedName)
    {
        UserAccount? found = null;
        var taken = false;
        findByName.Bind(1, name).Bind(2, foldedName);
        while (findByName.Step())
        {
            var user = new UserAccount(new UserId(findByName.Text(0)), findByName.Text(1), findByName.Text(2));
            found ??= user;
            taken |= findByName.Int64(3) != 0 || user.Id == Author.Bot.Id;
        }
        findByName.Reset();
        return (found, taken);
    }

    UserId? UserOf(TokenHash token)
    {
        UserId? user = findByToken.Bind(1, token.Value).Step() ? new UserId(findByToken.Text(0)) : null;
        findByToken.Reset();
        return user;
    }

    /// <summary>Saves that a user has posted: at most once a minute for each, inside a transaction that runs anyway.</summary>
    public void SaveActivity(UserId user, DateTimeOffset at, string atText)
    {
        if (lastSaved.TryGetValue(user, out var last) && at - last < ActivityPrecision) return;
        if (lastSaved.Count >= RememberedUsers) lastSaved.Clear();
        lastSaved[user] = at;
        updateActivity.Bind(1, user.Value).Bind(2, atText).Run();
    }
}
