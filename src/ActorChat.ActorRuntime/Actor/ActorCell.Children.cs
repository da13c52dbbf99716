namespace Akka.Actor;

/// <summary>The actor as a parent.</summary>
internal partial class ActorCell
{
    private Children? children;
    private Action? whenChildrenEnded;

    private bool IsWaitingForChildren => whenChildrenEnded is not null;

    /// <summary>Stopped by its parent and not yet gone.</summary>
    public bool IsDying { get; set; }

    /// <summary>For a guardian: top-level actors are made by any thread, even while it ends, so its list and the lock on it come first.</summary>
    public void AdoptFromAnyThread() => children = new Children();

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Names are ASCII letters, digits, %hh escapes and -_.*$+:@&=,!~';() and do not start with $.");
        var list = children ??= new Children();
        LocalActorRef child;
        lock (list)
        {
            if (IsTerminating)
                throw new InvalidOperationException("Cannot create children while terminating or terminated.");
            name ??= list.NextName();
            if (list.Contains(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            child = new ActorCell(System, props, Self, new ActorPath(Self.Path, name, System.NextUid())).Self;
            list.Add(child);
        }
        System.ActorStarted();
        child.SendSystemMessage(new Create());
        return child;
    }

    public IActorRef Child(string name)
    {
        if (children is not { } list)
            return ActorRefs.Nobody;
        lock (list)
            return list.Find(name) ?? (IActorRef)ActorRefs.Nobody;
    }

    public IEnumerable<IActorRef> GetChildren() => LiveChildren();

    public LocalActorRef[] LiveChildren()
    {
        if (children is not { } list)
            return [];
        lock (list)
            return list.ToArray();
    }

    public void Stop(IActorRef child)
    {
        if (child is LocalActorRef local && IsChild(local))
            lock (children!)
                children.MarkDying(local);
        (child as IInternalActorRef)?.SendSystemMessage(new Terminate());
    }

    public bool IsChild(LocalActorRef child)
    {
        if (children is not { } list)
            return false;
        lock (list)
            return list.Find(child.Path.Name) == child;
    }

    private void StopChildren()
    {
        foreach (var child in LiveChildren())
            Stop(child);
    }

    private bool WaitForChildren(Action then)
    {
        if (children is not { Dying: > 0 })
            return false;
        whenChildrenEnded = then;
        return true;
    }

    private void RemoveChild(LocalActorRef child)
    {
        lock (children!)
            children.Remove(child);
        if (children.Dying > 0 || whenChildrenEnded is not { } then)
            return;
        whenChildrenEnded = null;
        then();
    }

    /// <summary>Guarded by a lock on itself.</summary>
    private sealed class Children
    {
        private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

        private readonly Dictionary<string, LocalActorRef> byName = new(1, StringComparer.Ordinal);
        private int unnamed;

        public int Dying { get; private set; }

        public bool Contains(string name) => byName.ContainsKey(name);
        public LocalActorRef? Find(string name) => byName.GetValueOrDefault(name);
        public LocalActorRef[] ToArray() => [.. byName.Values];
        public void Add(LocalActorRef child) => byName.Add(child.Path.Name, child);

        public void Remove(LocalActorRef child)
        {
            byName.Remove(child.Path.Name);
            if (child.Cell.IsDying)
                Dying--;
        }

        public void MarkDying(LocalActorRef child)
        {
            if (child.Cell.IsDying)
                return;
            child.Cell.IsDying = true;
            Dying++;
        }

        /// <summary>$a, $b, ... with 64 digits.</summary>
        public string NextName()
        {
            var name = "$";
            var rest = unnamed++;
            do
                name += Digits[rest & 63];
            while ((rest >>= 6) > 0);
            return name;
        }
    }
}
