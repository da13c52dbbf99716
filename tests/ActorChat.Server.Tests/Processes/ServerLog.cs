namespace ActorChat.Server.Tests.Processes;

/// <summary>The lines that a server writes to stdout and stderr.</summary>
sealed class ServerLog
{
    readonly Lock gate = new();
    readonly List<(string Line, bool IsError)> lines = [];

    public IReadOnlyList<string> Lines => Read(_ => true);

    public IReadOnlyList<string> Errors => Read(line => line.IsError);

    public void AddOutput(string? line) => Add(line, false);

    public void AddError(string? line) => Add(line, true);

    void Add(string? line, bool isError)
    {
        if (line is null) return; // the stream has ended
        lock (gate) lines.Add((line, isError));
    }

    IReadOnlyList<string> Read(Func<(string Line, bool IsError), bool> which)
    {
        lock (gate) return [.. lines.Where(which).Select(l => l.Line)];
    }

    public override string ToString() => string.Join('\n', Lines);
}
