using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <content>The end of a session for good: its token is revoked in the store, then whoever came in with it is closed.</content>
public sealed partial class SessionActor
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
            Context.Parent.Tell(new EndSessions([Token])); // this one and whatever else came in with it
        }
        else
        {
            Refuse(re, Refusal.StoreAway);
        }
        Handled();
        CloseWhenDrained();
    }
}
