using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Domain;

namespace ActorChat.Actors.Sessions;

/// <summary>The secret that stands for a user: 256 random bits, given out once and stored only as a hash.</summary>
public static class SessionToken
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // A plain hash is enough for a secret of 256 random bits: there is nothing to guess.
    public static TokenHash Hash(string token) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
}
