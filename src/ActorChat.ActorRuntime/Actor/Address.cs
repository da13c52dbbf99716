namespace Akka.Actor;

/// <summary>The first part of a path. In one process it is just the name of the system.</summary>
public sealed record Address(string Protocol, string System)
{
    public string? Host => null;
    public int? Port => null;
    public override string ToString() => $"{Protocol}://{System}";
}
