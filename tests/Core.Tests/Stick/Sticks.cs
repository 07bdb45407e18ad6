using System.Collections.Immutable;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Stick;
using Appliance.Core.Tests.ConfigurationTests;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.StickTests;

/// <summary>Sticks under test.</summary>
internal static class Sticks
{
    public static readonly Key Secret = new(1, [.. Enumerable.Range(1, 32).Select(value => (byte)value)]);
    public static readonly Key Other = new(1, [.. Enumerable.Range(101, 32).Select(value => (byte)value)]);

    public static StickFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    /// <summary>What <c>appliance init --stick</c> makes for a node, without the proof.</summary>
    public static List<StickFile> Plain(string node = "pbx-a", string? toml = null) =>
    [
        File(StickNames.Config, toml ?? Config.Minimal), File(StickNames.Key, KeyFile.Write(1, Secret.Secret.AsSpan())),
        File(StickNames.Node, node + "\n"), File(StickNames.SshKeys, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 someone\n"),
        File("licence/g729.lic", "licence"),
    ];

    public static List<StickFile> Signed(List<StickFile> files, long serial = 1000, Key? key = null, string cluster = "site42") =>
        [.. files, File(StickNames.Proof, StickProof.Write(cluster, serial, key ?? Secret, StickProof.List(files)))];

    /// <summary>A node that runs the minimal file as pbx-a.</summary>
    public static StickStanding Running(StickMark? last = null) => new(true, "pbx-a")
    {
        Config = Config.Good(Config.Read(Config.Minimal)), Keys = new KeySet([Secret]), Last = last, Now = 5000,
    };

    public static readonly StickStanding Fresh = new(false, "debian");
}
