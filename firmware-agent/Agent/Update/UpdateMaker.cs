using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Signature;

namespace Appliance.Agent.Update;

/// <summary>Makes update files: the same inputs give the same bytes.</summary>
public static class UpdateMaker
{
    /// <summary>Null: the file is there, whole.</summary>
    /// <param name="header">Its parts are filled in here.</param>
    /// <param name="parts">Files, in the order of <see cref="UpdateHeader.PartNames"/>.</param>
    /// <param name="privateKey">32 bytes; null: it stays unsigned.</param>
    public static string? Write(UpdateHeader header, IReadOnlyList<string> parts, byte[]? privateKey, string output)
    {
        var fresh = output + ".new";
        try
        {
            var hashed = new List<UpdatePart>();
            foreach (var path in parts)
            {
                using var file = File.OpenRead(path);
                var name = UpdateHeader.PartNames[hashed.Count];
                if (file.Length < 1 || file.Length > UpdateHeader.SizeMax(name))
                    return $"{path} has {file.Length} bytes, expected 1 to {UpdateHeader.SizeMax(name)} for {name}";
                hashed.Add(new UpdatePart(name, file.Length, SHA256.HashData(file)));
            }

            var keyId = privateKey is null ? [] : Ed25519KeyText.Id(Ed25519.PublicKey(privateKey));
            var signed = UpdateFrame.Write((header with { Parts = hashed }).Write(), keyId);
            using (var file = File.Create(fresh))
            {
                file.Write(signed);
                file.Write(privateKey is null ? new byte[UpdateFrame.SignatureBytes] : Ed25519.Sign(privateKey, signed));
                foreach (var path in parts)
                {
                    using var part = File.OpenRead(path);
                    part.CopyTo(file);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, output, overwrite: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or DllNotFoundException)
        {
            return $"{output} could not be made: {fault.Message}";
        }
        finally
        {
            File.Delete(fresh);
        }
    }
}
