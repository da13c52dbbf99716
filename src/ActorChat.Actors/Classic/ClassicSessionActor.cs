using ActorChat.Actors.Conversations;
using ActorChat.Actors.Dispatch;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Classic;

/// <summary>
/// One client of the classic dialect, which the pages and scripts of the predecessor speak. A child of
/// <see cref="SessionSupervisorActor"/>, created for a socket and stopped with it. The client enters by name alone and gets the history,
/// then new messages. Errors do not close its connection. States: waiting for a name (unless the address had one) → entering → live.
/// </summary>
sealed class ClassicSessionActor : ClientSession
{
    static readonly TimeSpan OpeningTimeout = TimeSpan.FromSeconds(15);

    State state;
    IActorRef? conversation;

    public ClassicSessionActor(SessionServices services) : base(services)
    {
    }

    /// <summary>The same for all sessions: each gets its socket with the first message, <see cref="OpenSession"/>.</summary>
    public static Props PropsFor(SessionServices services) =>
        Props.Create(() => new ClassicSessionActor(services)).WithMailbox(LinkedMailbox.Id);

    protected override Dialect Dialect => Dialect.Classic;

    protected override void OnOpened(OpenSession open)
    {
        if (open.Username is { } username) EnterAs(username);
        else WaitAtMost(Services.Options.HelloTimeout);
    }

    protected override void OnOverdue()
    {
        if (state == State.WaitingForName) EnterAs("");
        else Close(CloseCode.InternalError, "The store is not available.");
    }

    protected override void OnMessage(object message)
    {
        switch (state)
        {
            case State.Live: Live(message); break;
            case State.Entering: Entering(message); break;
            default: WaitingForName(message); break;
        }
    }

    // Older classic clients send their name in the first frame.
    void WaitingForName(object message)
    {
        switch (message)
        {
            case ClassicFrame frame: OnFirstFrame(frame); break;
            default: OnCommon(message); break;
        }
    }

    void OnFirstFrame(ClassicFrame frame)
    {
        Handled();
        EnterAs(frame.Username ?? "");
    }

    void EnterAs(string typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            Close(CloseCode.PolicyViolation, "Username required");
        }
        else if (UserName.TryCreate(typed) is not { IsReserved: false } name)
        {
            Close(CloseCode.PolicyViolation, "This username is not allowed.");
        }
        else
        {
            WaitAtMost(OpeningTimeout);
            Services.Persistence.Tell(new Persist(new EnterByName(name.Shown, name.Folded), Self));
            state = State.Entering;
        }
    }

    void Entering(object message)
    {
        switch (message)
        {
            case Persisted { Items: [{ Outcome: UserEntered entered }] }: OnEntered(entered.User.AsAuthor()); break;
            case Persisted { Items: [{ Outcome: NameTaken }] }: Close(CloseCode.PolicyViolation, "Somebody else has this username."); break;
            case Persisted or NotSubscribed: Close(CloseCode.InternalError, "The store is not available."); break;
            case Subscribed opened: OnSubscribed(opened); break;
            case ClassicFrame: Keep(message); break;
            default: OnCommon(message); break;
        }
    }

    void OnEntered(Author user)
    {
        if (Enter(user)) Services.Conversations.Tell(new Subscribe(ConversationId.Default, Self, user, Dialect.Classic, null, false));
    }

    void OnSubscribed(Subscribed opened)
    {
        conversation = opened.Ref;
        Send(to => ClassicFrames.Connected(to, User!.Id, User.Name));
        Socket.Send(opened.Opening);
        EndWait();
        state = State.Live;
        ReportPresence();
        HandleKept();
    }

    void Live(object message)
    {
        switch (message)
        {
            case Delivered delivered: OnDelivered(delivered); break;
            case ClassicFrame frame: OnFrame(frame); break;
            default: OnCommon(message); break;
        }
    }

    void OnDelivered(Delivered delivered)
    {
        foreach (var receipt in delivered.Receipts)
        {
            if (receipt.Refusal is { } why) SendError(why.Message);
            Answered();
        }
        if (delivered.Frames.Count > 0) Socket.Send(delivered.Frames);
    }

    void OnFrame(ClassicFrame frame)
    {
        if (!string.IsNullOrWhiteSpace(frame.Text)) Send(frame.Text);
        else if (TakeRequest() is { } wait) SendTooFast(wait);
        else if (!frame.IsJson) SendError("Invalid JSON format");
        Handled();
    }

    void Send(string text)
    {
        if (BlankText.IsBlank(text)) SendError("The text has only invisible characters.");
        else if (!StorableText.IsStorable(text)) SendError("The text has a character that cannot be stored.");
        else if (System.Text.Encoding.UTF8.GetByteCount(text) > Services.Limits.TextBytes) SendError("The text is too long.");
        else if (Post(conversation!, new PostMessage(ConversationId.Default, Self, null, User!, null, text, null)) is { } wait)
            SendTooFast(wait);
    }

    void SendTooFast(int wait) => SendError($"You are sending too fast; wait {wait} ms.", "RATE_LIMITED");

    void SendError(string message, string? code = null) => Send(to => ClassicFrames.Error(to, message, code));

    // The dialect has no such frame. The close code is enough.
    protected override void SendGoAway()
    {
    }

    enum State : byte { WaitingForName, Entering, Live }
}
