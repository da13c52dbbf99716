using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>The prepared statements of one connection. Dispose it before the connection.</summary>
internal sealed class StatementSet(SqliteConnection connection) : IDisposable
{
    readonly List<Statement> prepared = [];

    public Statement Prepare(string sql)
    {
        var statement = new Statement(connection, sql);
        prepared.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in prepared) statement.Dispose();
    }
}
