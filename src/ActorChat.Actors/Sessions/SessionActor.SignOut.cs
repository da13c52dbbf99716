using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <content>Sign-out: the store revokes the token, then all connections of this sign-in are closed.</content>
sealed partial class SessionActor
{
    int signingOut;

    void OnSignOut(SignOutFrame frame)
    {
        signingOut++;
        Services.Persistence.Tell(new Persist(new RevokeToken(Token), Self, frame.Id));
    }

    void OnSignedOut(PersistedItem item)
    {
        signingOut--;
        var re = item.Tag as long?;
        if (item.Outcome is CommandDone)
        {
            Confirm(re);
            Context.Parent.Tell(new EndSessions([Token])); // this connection and all others of the sign-in
        }
        else
        {
            Refuse(re, Refusal.StoreUnavailable);
        }
        Handled();
        CloseWhenDrained();
    }
}
