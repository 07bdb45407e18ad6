using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Signature;
using Appliance.Drivers.Slots;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Agent.Update;

/// <summary>An update file whose beginning is signed by a trusted key. Its parts are believed one by one, by their hashes.</summary>
public sealed class UpdateFile : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly UpdateFrame _frame;

    private UpdateFile(string path, SafeFileHandle file, UpdateFrame frame, UpdateHeader header, TrustedKey key) =>
        (Path, _file, _frame, Header, SignedBy) = (path, file, frame, header, key);

    public string Path { get; }

    public UpdateHeader Header { get; }

    public TrustedKey SignedBy { get; }

    /// <summary>Null and a sentence for a file that this node does not take.</summary>
    public static UpdateFile? Open(string path, IReadOnlyList<TrustedKey> keys, out string problem)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            var taken = Read(path, file, keys, out problem);
            if (taken is not null) file = null;
            else problem = $"{path}: {problem}";
            return taken;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problem = $"{path} cannot be read: {fault.Message}";
            return null;
        }
        catch (DllNotFoundException)
        {
            problem = "there is no libcrypto.so.3, so no signature can be verified: install OpenSSL 3 (package libssl3 or libssl3t64)";
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static UpdateFile? Read(string path, SafeFileHandle file, IReadOnlyList<TrustedKey> keys, out string problem)
    {
        var start = new byte[UpdateFrame.BytesMax];
        start = start[..Fill(file, 0, start)];
        if (UpdateFrame.Read(start, out problem) is not { } frame) return null;
        if (Signer(frame, start, keys, out problem) is not { } key) return null;
        if (UpdateHeader.Read(start.AsSpan(UpdateFrame.FixedBytes, frame.HeaderBytes), out problem) is not { } header)
        {
            problem = $"its header is not understood: {problem}; it may need a version in between";
            return null;
        }

        problem = frame.LengthProblem(header, RandomAccess.GetLength(file)) ?? "";
        return problem.Length > 0 ? null : new UpdateFile(path, file, frame, header, key);
    }

    /// <summary>Reads every part and compares its hash. Null: the file is whole.</summary>
    public string? CheckParts()
    {
        foreach (var part in Header.Parts)
        {
            try
            {
                if (!Hash(part).AsSpan().SequenceEqual(part.Sha256))
                    return $"{Path}: {part.Name} is damaged: its SHA-256 is not the one that was signed; fetch the file again";
            }
            catch (IOException fault)
            {
                return $"{Path} cannot be read: {fault.Message}";
            }
        }

        return null;
    }

    /// <summary>A part, for a slot.</summary>
    public SlotSource Source(string name)
    {
        var (part, at) = (Header.Part(name), Start(name));
        return new SlotSource(part.Size, part.Sha256, (offset, into) =>
        {
            if (Fill(_file, at + offset, into) < into.Length) throw new IOException($"{Path} has become shorter");
        });
    }

    public void Dispose() => _file.Dispose();

    private static TrustedKey? Signer(UpdateFrame frame, byte[] start, IReadOnlyList<TrustedKey> keys, out string problem)
    {
        var signed = start.AsSpan(0, frame.SignedBytes);
        var signature = start.AsSpan(frame.SignedBytes, UpdateFrame.SignatureBytes);
        problem = "it is unsigned, and a node takes signed updates only: make it with --sign-key (appliance update make)";
        if (frame.KeyId.Length == 0) return null;
        problem = "no key is trusted here: put the maker's public key into /etc/appliance/update-keys/NAME.pub";
        if (keys.Count == 0) return null;
        var trusted = "";
        foreach (var key in keys)
        {
            if (key.Id == frame.KeyId)
            {
                problem = $"its signature by key {key.Id} does not fit: the file was changed or damaged after it was signed; "
                    + "fetch it again";
                return Ed25519.Verify(key.Raw, signed, signature) ? key : null;
            }

            trusted += $"{(trusted.Length > 0 ? ", " : "")}{key.Id} ({key.Path})";
        }

        problem = $"it is signed by key {frame.KeyId}, expected one of {trusted}: where the maker is trusted, put the public key into "
            + "/etc/appliance/update-keys/NAME.pub";
        return null;
    }

    private byte[] Hash(UpdatePart part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, at) = (new byte[ChunkBytes], Start(part.Name));
        for (var done = 0L; done < part.Size;)
        {
            var got = Fill(_file, at + done, buffer.AsSpan(0, (int)Math.Min(buffer.Length, part.Size - done)));
            if (got == 0) throw new IOException("it has become shorter");
            hash.AppendData(buffer, 0, got);
            done += got;
        }

        return hash.GetHashAndReset();
    }

    private long Start(string name)
    {
        var at = (long)_frame.PartsAt;
        foreach (var part in Header.Parts)
        {
            if (part.Name == name) break;
            at += part.Size;
        }

        return at;
    }

    private static int Fill(SafeFileHandle file, long offset, Span<byte> into)
    {
        var done = 0;
        while (done < into.Length)
        {
            var got = RandomAccess.Read(file, into[done..], offset + done);
            if (got == 0) break;
            done += got;
        }

        return done;
    }
}
