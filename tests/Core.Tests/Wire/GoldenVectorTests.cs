using System.Runtime.CompilerServices;
using Appliance.Core.Cluster;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

/// <summary>The bytes on the wire do not change by accident: they are in Vectors/*.hex and quoted by docs/PROTOCOL.md.</summary>
public class GoldenVectorTests
{
    private static string Folder { get; } = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "Vectors"));

    public static TheoryData<string> Names => ["heartbeat-first", "heartbeat-busy", "heartbeat-full", "heartbeat-alone", "heartbeat-lines"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Frame_is_the_golden_one(string name)
    {
        var frame = Samples.Frame(Sample(name));
        Assert.Equal(Vector(name + ".hex", Convert.ToHexStringLower(frame)), Convert.ToHexStringLower(frame));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Serial_stream_is_the_golden_one(string name)
    {
        var stream = Convert.ToHexStringLower(Samples.Stream(Samples.Frame(Sample(name))));
        Assert.Equal(Vector(name + "-serial.hex", stream), stream);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Golden_frame_decodes_to_what_was_said(string name)
    {
        var frame = Convert.FromHexString(Vector(name + ".hex", ""));
        Assert.Equal(Rejection.None, Samples.Authenticator().Open(frame, out var content));
        Assert.True(HeartbeatCodec.TryDecode(content, out var heartbeat));
        Assert.True(Samples.Same(Sample(name), heartbeat));
    }

    [Fact]
    public void Protocol_document_quotes_every_vector()
    {
        var document = File.ReadAllText(Path.Combine(Folder, "..", "..", "..", "docs", "PROTOCOL.md"));
        foreach (var path in Directory.GetFiles(Folder, "*.hex"))
            foreach (var line in File.ReadLines(path))
                Assert.True(
                    document.Contains(line, StringComparison.Ordinal), $"docs/PROTOCOL.md does not quote {Path.GetFileName(path)}: {line}");
    }

    private static Heartbeat Sample(string name) => name switch
    {
        "heartbeat-first" => Samples.First(),
        "heartbeat-busy" => Samples.Busy(),
        "heartbeat-alone" => Samples.Alone(),
        "heartbeat-lines" => Samples.Lines(),
        _ => Samples.Full(),
    };

    /// <summary>The stored vector; REWRITE=1 stores <paramref name="found"/> instead, for a deliberate change of the protocol.</summary>
    private static string Vector(string file, string found)
    {
        var path = Path.Combine(Folder, file);
        if (found.Length > 0 && Environment.GetEnvironmentVariable("REWRITE") == "1")
            File.WriteAllLines(path, found.Chunk(64).Select(line => new string(line)));
        return string.Concat(File.ReadLines(path));
    }

    private static string ThisFolder([CallerFilePath] string path = "") =>
        path.StartsWith("/src/", StringComparison.Ordinal) ? Path.Combine(Root(), Path.GetDirectoryName(path)![5..])
            : Path.GetDirectoryName(path)!;

    /// <summary>The repository: PathMap hides it from the compiler's paths.</summary>
    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Appliance.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
