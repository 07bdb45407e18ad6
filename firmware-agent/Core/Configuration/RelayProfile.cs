using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration;

/// <summary>Bytes that a card understands.</summary>
/// <param name="Send">At least one.</param>
/// <param name="Reply">What it answers; empty: nothing is waited for.</param>
public sealed record ProfileCommand(ImmutableArray<byte> Send, ImmutableArray<byte> Reply);

/// <summary>The question where a card's relay is.</summary>
/// <param name="Send">At least one byte.</param>
/// <param name="A">The answer of a powered coil.</param>
/// <param name="B">The answer of one that is not, as long as the other.</param>
public sealed record ProfileStatus(ImmutableArray<byte> Send, ImmutableArray<byte> A, ImmutableArray<byte> B);

/// <summary>What reading a profile gave.</summary>
/// <param name="Profile">Null when anything is wrong.</param>
public sealed record ProfileResult(RelayProfile? Profile, ImmutableArray<Problem> Problems);

/// <summary>A file of bytes that somebody has captured between a relay card and its vendor's program: TOML, for a card whose protocol is
/// not public.</summary>
/// <param name="Baud">Bits a second, 8N1.</param>
/// <param name="On">Powers the coil: position A.</param>
/// <param name="Off">Position B.</param>
/// <param name="Reset">Null: the card needs none.</param>
/// <param name="AfterReset">How long it then needs.</param>
/// <param name="Status">Null: the card cannot say.</param>
public sealed record RelayProfile(
    int Baud, ProfileCommand On, ProfileCommand Off, ProfileCommand? Reset, TimeSpan AfterReset, ProfileStatus? Status)
{
    private static readonly HexBytesType Bytes = new();

    private static readonly SectionSchema Command = new("{ send = …, reply = … }", "A command.",
    [
        new("send", Bytes, "What is sent.") { Required = true },
        new("reply", Bytes, "What the card answers, exactly; without it nothing is waited for."),
    ]);

    private static readonly SectionSchema Question = new("{ send = …, a = …, b = … }", "A question.",
    [
        new("send", Bytes, "What is sent.") { Required = true },
        new("a", Bytes, "The answer at position A.") { Required = true },
        new("b", Bytes, "The answer at position B.") { Required = true },
    ]);

    /// <summary>What may stand in the file.</summary>
    public static readonly SectionSchema Schema = new("relay profile", "Bytes of a relay card.",
    [
        new("baud", new OneOfType(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600), "Bits per second, 8N1.")
            { Default = "9600" },
        new("on", new SectionType(Command), "Powers the coil: position A.") { Required = true },
        new("off", new SectionType(Command), "Releases it: position B.") { Required = true },
        new("reset", new SectionType(Command), "Brings the card to its senses."),
        new("after-reset", Types.Duration("0ms", "10s"), "How long the card needs then.") { Default = "1s" },
        new("status", new SectionType(Question), "Asks where the relay is."),
    ]);

    /// <summary>Reads a whole file; never throws on bytes.</summary>
    public static ProfileResult Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > Limits.ConfigBytesMax)
            return new ProfileResult(null, [new Problem(Severity.Error, 1, 1, "", $"the file has {file.Length} bytes")]);
        var document = TomlReader.Read(file);
        if (!document.Problems.IsEmpty)
            return new ProfileResult(null, [.. document.Problems.Select(problem =>
                new Problem(Severity.Error, problem.At.Line, problem.At.Column, "", problem.Message))]);
        var findings = new Findings();
        var root = SectionReader.Read(document.Root, Schema, "", "", findings);
        Compare(root, findings);
        return new ProfileResult(findings.Unusable ? null : Build(root), findings.Sorted());
    }

    private static void Compare(Section root, Findings findings)
    {
        if (root.Has("on", out Section on) && root.Has("off", out Section off) && on.Has("send", out ImmutableArray<byte> first)
            && off.Has("send", out ImmutableArray<byte> second) && first.AsSpan().SequenceEqual(second.AsSpan()))
            findings.Error(off.Place("send"), off.PathOf("send"), "is the same as on.send; a relay that is told one thing does not move");
        if (!root.Has("status", out Section status) || !status.Has("a", out ImmutableArray<byte> a)
            || !status.Has("b", out ImmutableArray<byte> b)) return;
        if (a.Length != b.Length)
            findings.Error(status.Place("b"), status.PathOf("b"), $"has {b.Length} bytes and a has {a.Length}; expected the same length");
        else if (a.AsSpan().SequenceEqual(b.AsSpan()))
            findings.Error(status.Place("b"), status.PathOf("b"), "is the same as a; expected an answer that tells the positions apart");
    }

    private static RelayProfile Build(Section root) => new(
        root.Get<int>("baud"), CommandOf(root.Get<Section>("on")), CommandOf(root.Get<Section>("off")),
        root.Has("reset", out Section reset) ? CommandOf(reset) : null, root.Get<TimeSpan>("after-reset"),
        root.Has("status", out Section status)
            ? new ProfileStatus(
                status.Get<ImmutableArray<byte>>("send"), status.Get<ImmutableArray<byte>>("a"), status.Get<ImmutableArray<byte>>("b"))
            : null);

    private static ProfileCommand CommandOf(Section command) =>
        new(command.Get<ImmutableArray<byte>>("send"), command.Get("reply", ImmutableArray<byte>.Empty));
}
