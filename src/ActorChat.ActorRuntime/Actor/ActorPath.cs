using System.Text.RegularExpressions;

namespace Akka.Actor;

/// <summary>Where an actor lives in the tree of its system: <c>akka://system/user/parent/child</c>.</summary>
/// <remarks>One object per actor, so it holds a link to the parent's path and no string of its own beside the name.</remarks>
public sealed partial class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    private readonly Address? rootAddress;

    internal ActorPath(Address address)
    {
        rootAddress = address;
        Name = "";
    }

    internal ActorPath(ActorPath parent, string name, long uid = 0)
    {
        Parent = parent;
        Name = name;
        Uid = uid;
    }

    public string Name { get; }

    /// <summary>The path above; the root is its own parent.</summary>
    public ActorPath Parent => field ?? this;

    /// <summary>Tells two incarnations under one name apart; 0 for references that have only one.</summary>
    public long Uid { get; }

    public Address Address => rootAddress ?? Parent.Address;

    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new List<string>();
            for (var path = this; path.rootAddress is null; path = path.Parent)
                elements.Insert(0, path.Name);
            return elements;
        }
    }

    /// <summary>ASCII letters, digits, some punctuation and %hh escapes; a leading $ is kept for generated names.</summary>
    public static bool IsValidPathElement(string s) => s is not null && !s.StartsWith('$') && ValidName().IsMatch(s);
    public static ActorPath operator /(ActorPath path, string name) => new(path, name);
    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);
    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);
    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);
    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{this}#{Uid}";
    public override string ToString() => Address + ToStringWithoutAddress();

    public bool Equals(ActorPath? other)
    {
        var mine = this;
        while (!ReferenceEquals(mine, other))
        {
            if (other is null || mine.Name != other.Name)
                return false;
            if (mine.rootAddress is not null || other.rootAddress is not null)
                return Equals(mine.rootAddress, other.rootAddress);
            mine = mine.Parent;
            other = other.Parent;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() =>
        rootAddress?.GetHashCode() ?? HashCode.Combine(Parent.GetHashCode(), Name);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    [GeneratedRegex(@"\A(?:[A-Za-z0-9\-_.*$+:@&=,!~';()""]|%[0-9A-Fa-f]{2})+\z")]
    private static partial Regex ValidName();
}
