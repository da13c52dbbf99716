using ActorChat.Domain;

namespace ActorChat.Actors.Sessions;

/// <summary>The limits of every user, each over all connections of that user to this server. For any thread.</summary>
public interface IUserLimits
{
    /// <summary>Takes a place among the open connections of a user; null if the user has too many.</summary>
    IUserPlace? TryEnter(UserId user);
}

/// <summary>One connection of a user. Its session asks here before it does something. Disposing it frees the place.</summary>
public interface IUserPlace : IDisposable
{
    /// <summary>Counts a message. Null if it may be sent; otherwise how many milliseconds the user has to wait.</summary>
    int? TakeSend();

    /// <summary>Counts any other request. Null if it may be answered; otherwise how many milliseconds the user has to wait.</summary>
    int? TakeRequest();

    /// <summary>Counts a refusal on this connection. False if there were too many: the client floods the server.</summary>
    bool TakeRefusal();
}
