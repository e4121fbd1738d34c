using System.Security.Cryptography;

namespace Switchboard.Core.Access;

/// <summary>A password as it is kept: PBKDF2 with SHA-512, a salt of its own, and so slow that guessing is dear.</summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">32 bytes.</param>
/// <param name="Iterations">How often it was hashed.</param>
internal sealed record PasswordHash(byte[] Salt, byte[] Hash, int Iterations)
{
    private const int StandardIterations = 300_000;
    private const int HashLength = 32;

    /// <summary>Hashes a password; takes a good part of a second.</summary>
    public static PasswordHash Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new PasswordHash(salt, Derive(password, salt, StandardIterations), StandardIterations);
    }

    /// <summary>Whether it was made from this password; takes as long, whatever the answer.</summary>
    public bool Fits(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Iterations), Hash);

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashLength);
}
