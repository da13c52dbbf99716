using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ActorChat.Domain;

namespace ActorChat.Actors.Sessions;

/// <summary>The secret of a sign-in: 256 random bits, sent to the client once and stored only as a hash.</summary>
static class SessionToken
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // A plain hash is enough for 256 random bits, which nobody can guess.
    public static TokenHash Hash(string token) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
}
