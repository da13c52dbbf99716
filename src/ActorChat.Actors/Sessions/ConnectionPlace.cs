namespace ActorChat.Actors.Sessions;

/// <summary>The place of one connection in the <see cref="ConnectionQuota"/>, given back once, from whichever thread comes first.</summary>
public sealed class ConnectionPlace : IDisposable
{
    readonly ConnectionQuota quota;
    readonly AddressUse use;
    int saidHello, left;

    internal ConnectionPlace(ConnectionQuota quota, AddressUse use, bool isTooMany) => (this.quota, this.use, IsTooMany) = (quota, use, isTooMany);

    /// <summary>Whether it is one more than its address may have: to be told so, and closed.</summary>
    public bool IsTooMany { get; }

    /// <summary>The client has said who it is.</summary>
    public void SaidHello()
    {
        if (Interlocked.Exchange(ref saidHello, 1) == 0) quota.SaidHello(use);
    }

    public void Dispose()
    {
        SaidHello();
        if (Interlocked.Exchange(ref left, 1) == 0) quota.Leave(use, IsTooMany);
    }
}
