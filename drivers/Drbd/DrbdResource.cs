using System.Globalization;
using System.Text;
using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>One side of a resource.</summary>
/// <param name="Host">As uname -n says.</param>
/// <param name="Address">Numeric.</param>
/// <param name="Port">TCP.</param>
public sealed record DrbdSide(string Host, string Address, int Port);

/// <summary>A resource for <c>/etc/drbd.d/NAME.res</c>.</summary>
/// <param name="Major">8 (8.4) or 9, as <see cref="DrbdVersion"/> found: each refuses the file of the other.</param>
/// <param name="Name">Of the resource.</param>
/// <param name="Minor">/dev/drbdN.</param>
/// <param name="Disk">Backing device.</param>
/// <param name="MetadataPath">Empty: internal.</param>
/// <param name="Sides">Two.</param>
/// <param name="Settings">Policies.</param>
/// <param name="Secret">For cram-hmac; fewer than 64 characters. Empty: none.</param>
/// <param name="FencePeer">Command that DRBD runs to ask whether the peer is harmless; empty where <paramref name="Settings"/> do not
/// fence.</param>
public sealed record DrbdResource(
    int Major, string Name, int Minor, string Disk, string MetadataPath, IReadOnlyList<DrbdSide> Sides, ReplicaConfig Settings,
    string Secret, string FencePeer)
{
    /// <summary>First line of every file of ours: one without it was written by a person and is left alone.</summary>
    public const string Mark = "# Written by appliance from appliance.toml; changes here are lost.";

    /// <summary>The stricter of DRBD's two words holds users' writes while the handler asks; the other lets them go on.</summary>
    private string Fencing => $"fencing {(FencePeer.Length > 0 ? "resource-and-stonith" : "dont-care")};";

    public string Device => string.Create(CultureInfo.InvariantCulture, $"/dev/drbd{Minor}");

    /// <summary>The file. Names and paths were checked by the configuration; a quote in one of them would end up as two words, so it is
    /// refused.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        Line(text, 0, Mark);
        Line(text, 0, $"resource {Quote(Name)} {{");
        Line(text, 1, "net {");
        Line(text, 2, $"protocol {Settings.Protocol};");
        Line(text, 2, $"after-sb-0pri {Policy(Settings.AfterSplitBrain0, 0)};");
        Line(text, 2, $"after-sb-1pri {Policy(Settings.AfterSplitBrain1, 1)};");
        Line(text, 2, $"after-sb-2pri {Policy(Settings.AfterSplitBrain2, 2)};");
        if (Secret.Length > 0) Line(text, 2, $"cram-hmac-alg sha256; shared-secret {Quote(Secret)};");
        Line(text, 2, "verify-alg crc32c;");
        Patience(text);
        if (Major >= 9) Line(text, 2, Fencing);
        Line(text, 1, "}");
        Line(text, 1, $"options {{ on-no-data-accessible {(Settings.OnNoData == OnNoData.IoError ? "io-error" : "suspend-io")}; }}");
        if (FencePeer.Length > 0) Line(text, 1, $"handlers {{ fence-peer {Quote(FencePeer)}; }}");
        Line(text, 1, "disk {");
        Line(text, 2, "on-io-error detach;");
        if (Major < 9) Line(text, 2, Fencing);
        Line(text, 2, $"al-extents {Math.Clamp(Settings.HotRegionsMax, 67, 6433).ToString(CultureInfo.InvariantCulture)};");
        Line(text, 2, $"c-min-rate {KiB(Settings.ResyncMin)}; c-max-rate {KiB(Settings.ResyncMax)};");
        if (Settings.DiskTimeout > TimeSpan.Zero)
            Line(text, 2, $"disk-timeout {((int)(Settings.DiskTimeout.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture)};");
        Line(text, 1, "}");
        for (var node = 0; node < Sides.Count; node++) Side(text, Sides[node]);
        Line(text, 0, "}");
        return text.ToString();
    }

    /// <summary>DRBD has tenths of a second, wants <c>timeout</c> below its two intervals of whole seconds, and counts how often a write
    /// may time out. Its shortest silence is 1.5 s: a second without a word, and half a second for the answer to a ping.</summary>
    private void Patience(StringBuilder text)
    {
        var silence = Math.Clamp((int)Math.Ceiling(Settings.PeerSilence.TotalSeconds * 10), 12, 1200);
        var interval = Math.Max(1, (silence / 10) - 1);
        var timeout = Math.Min(60, (interval * 10) - 1);
        var count = Math.Clamp((int)Math.Ceiling(Settings.RequestTimeout.TotalSeconds * 10 / timeout), 1, 200);
        Line(text, 2, Format($"ping-int {interval}; ping-timeout {Math.Clamp(silence - (interval * 10), 5, 300)};"));
        Line(text, 2, Format($"connect-int {interval}; timeout {timeout}; ko-count {count};"));
    }

    private static string Format(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);

    private void Side(StringBuilder text, DrbdSide side)
    {
        Line(text, 1, $"on {Quote(side.Host)} {{");
        Line(text, 2, $"device {Device} minor {Minor.ToString(CultureInfo.InvariantCulture)};");
        Line(text, 2, $"disk {Quote(Disk)};");
        var address = side.Address.Contains(':', StringComparison.Ordinal) ? $"ipv6 [{side.Address}]" : side.Address;
        Line(text, 2, $"address {address}:{side.Port.ToString(CultureInfo.InvariantCulture)};");
        Line(text, 2, $"meta-disk {(MetadataPath.Length == 0 ? "internal" : Quote(MetadataPath))};");
        Line(text, 1, "}");
    }

    private static string KiB(long bytesPerSecond) => (bytesPerSecond / 1024).ToString(CultureInfo.InvariantCulture) + "k";

    /// <summary>Each place has words of its own; one that DRBD does not take there means: ask a person.</summary>
    private static string Policy(SplitBrainPolicy policy, int primaries) => (policy, primaries) switch
    {
        (SplitBrainPolicy.DiscardYoungerPrimary, 0) => "discard-younger-primary",
        (SplitBrainPolicy.DiscardOlderPrimary, 0) => "discard-older-primary",
        (SplitBrainPolicy.DiscardZeroChanges, 0) => "discard-zero-changes",
        (SplitBrainPolicy.DiscardLeastChanges, 0) => "discard-least-changes",
        (SplitBrainPolicy.DiscardSecondary, 1) => "discard-secondary",
        (SplitBrainPolicy.Consensus, 1) => "consensus",
        (SplitBrainPolicy.CallPriLostAfterSb, 1 or 2) => "call-pri-lost-after-sb",
        _ => "disconnect",
    };

    private static string Quote(string word) => word.AsSpan().ContainsAny("\"\\\n\r")
        ? throw new ArgumentException($"{word}: a quote, backslash or line end cannot be written to drbd.conf")
        : $"\"{word}\"";

    private static void Line(StringBuilder text, int depth, string words) => text.Append(' ', depth * 4).Append(words).Append('\n');
}
