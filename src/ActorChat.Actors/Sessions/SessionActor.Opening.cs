using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Sessions;

/// <summary>From the connection to live: identify the user, then open the conversation from the client's cursor.</summary>
sealed partial class SessionActor
{
    // From hello to live. If the store or the conversation fails meanwhile, the client must not wait forever.
    static readonly TimeSpan OpeningTimeout = TimeSpan.FromSeconds(15);

    // Each claim of a name is a write to the disk. No person tries this many names on one connection.
    const int MaxRefusals = 20;

    State state;
    HelloFrame hello = null!;
    int refusals;
    UserAccount account = null!;
    string? newToken;
    long? read;
    string epoch = "";

    protected override void OnOpened(OpenSession open) => WaitAtMost(Services.Options.HelloTimeout);

    protected override void OnOverdue()
    {
        if (state == State.WaitingForHello) Close(CloseCode.NoHello, "There was no hello.");
        else RefuseToOpen();
    }

    void WaitingForHello(object message)
    {
        switch (message)
        {
            case HelloFrame frame: OnHello(frame); break;
            case RefusedFrame frame: OnRefused(frame); break;
            case ClientFrame: Close(CloseCode.BadFrame, "The first frame must be hello."); break;
            default: OnCommon(message); break;
        }
    }

    void OnHello(HelloFrame frame)
    {
        Handled();
        hello = frame;
        if (frame.Token is { } token)
        {
            Token = SessionToken.Hash(token);
            Services.Store.FindUserAsync(Token, CancellationToken.None)
                .PipeTo(Self, success: user => new Found(user), failure: cause => new LookupFailed(cause));
        }
        else if (UserName.TryCreate(frame.Name) is not { } name)
        {
            RefuseName(new Refusal(ErrorCode.NameInvalid, $"A name has 1 to {UserName.MaxRunes} visible characters.", "name"));
            return;
        }
        else if (name.IsReserved)
        {
            OnNameTaken();
            return;
        }
        else
        {
            newToken = SessionToken.Create();
            Token = SessionToken.Hash(newToken);
            Services.Persistence.Tell(new Persist(new ClaimName(name.Shown, name.Folded, Token), Self));
        }
        WaitAtMost(OpeningTimeout);
        state = State.Identifying;
    }

    void Identifying(object message)
    {
        switch (message)
        {
            case Found { User: { } user }: OnIdentified(user); break;
            case Found: OnTokenUnknown(); break;
            case LookupFailed failed: OnLookupFailed(failed); break;
            case Persisted { Items: [{ Outcome: UserEntered entered }] }: OnIdentified(entered.User); break;
            case Persisted { Items: [{ Outcome: NameTaken }] }:
                state = State.WaitingForHello;
                OnNameTaken();
                break;
            case Persisted: RefuseToOpen(); break;
            case HelloFrame frame: OnSecondHello(frame); break;
            case ClientFrame: Keep(message); break;
            default: OnCommon(message); break;
        }
    }

    void OnTokenUnknown()
    {
        Refuse(hello.Id, new Refusal(ErrorCode.Unauthorized, "This session is not known here. Join again.", "token"));
        Close(CloseCode.NoIdentity, "The token is wrong or was revoked.");
    }

    void OnLookupFailed(LookupFailed failed)
    {
        Context.GetLogger().Warning("Could not look up a token: {0}", failed.Cause.Message);
        RefuseToOpen();
    }

    void OnNameTaken() => RefuseName(new Refusal(ErrorCode.NameTaken, "Somebody has this name already.", "name"));

    void RefuseName(Refusal why)
    {
        Refuse(hello.Id, why);
        if (++refusals == MaxRefusals) CloseFlood();
        else WaitAtMost(Services.Options.NameTimeout); // a person has to think of another name
    }

    void RefuseToOpen()
    {
        Refuse(hello.Id, new Refusal(ErrorCode.Unavailable, "The server cannot let you in right now; try again.", AfterMs: 1000));
        Close(CloseCode.InternalError, "The store is not available.");
    }

    void OnIdentified(UserAccount user)
    {
        account = user;
        if (!Enter(user.AsAuthor())) return;
        Services.ReadPositions.Tell(new OpenReader(Self, user.Id));
        state = State.Opening;
    }

    void OnReaderOpened(ReaderOpened opened)
    {
        read = opened.Positions.TryGetValue(ConversationId.Default, out var position) ? position : null;
        var resume = hello.Resume;
        long? cursor = resume is not null && resume.Cursors.TryGetValue(ConversationId.Default.Value, out var seq) ? seq : null;
        epoch = Services.Store.Epoch;
        var otherEpoch = resume is not null && resume.Epoch != epoch;
        Services.Conversations.Tell(new Subscribe(ConversationId.Default, Self, User!, Dialect.V1, cursor, otherEpoch, read));
    }

    void Opening(object message)
    {
        switch (message)
        {
            case ReaderOpened opened: OnReaderOpened(opened); break;
            case Subscribed opened: OnSubscribed(opened); break;
            case ReaderNotOpened or NotSubscribed: RefuseToOpen(); break;
            case HelloFrame frame: OnSecondHello(frame); break;
            case ClientFrame or DeliveredEphemeral: Keep(message); break;
            default: OnCommon(message); break;
        }
    }

    void OnSubscribed(Subscribed opened)
    {
        if (epoch != Services.Store.Epoch)
        {
            RefuseToOpen(); // the log was replaced meanwhile, so the subscription used a stale epoch
            return;
        }
        general = new Conversation(opened.Ref, opened.Head, Math.Min(read ?? opened.Head, opened.Head));
        // A new user starts with everything read. Storing that makes later messages unread.
        if (read is null && opened.Head > 0)
            Services.ReadPositions.Tell(new AdvanceReadPosition(Self, User!.Id, opened.Conversation, opened.Head));
        var card = new ConversationCard(
            opened.Conversation, opened.Title, "public", opened.Head, general.Read, opened.Unread, opened.Members);
        var welcome = new Welcome(hello.Id, epoch, Services.Build, Socket.Id, User!, account.Role, newToken, Services.Limits, [card]);
        Send(welcome.AddTo);
        var builder = FrameBatchBuilder.OfThisThread;
        ServerFrames.Live(builder, [opened.Conversation]);
        Socket.Send(opened.Opening, builder.Build());
        if (opened.Running.Count > 0) Socket.Send(opened.Running);
        (newToken, hello, account) = (null, null!, null!);
        EndWait();
        state = State.Live;
        Context.Parent.Tell(new CheckToken(Token));
        ReportPresence();
        HandleKept();
    }

    enum State : byte { WaitingForHello, Identifying, Opening, Live }

    sealed record Found(UserAccount? User);

    sealed record LookupFailed(Exception Cause);
}
