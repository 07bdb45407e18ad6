using System.Text;
using Appliance.Agent.Tests.Commands;
using Appliance.Core.Update;

namespace Appliance.Agent.Tests.Update;

/// <summary>A node image in a folder: slot a runs version 0.1.0, and there is a key that signs.</summary>
internal sealed class UpdateBench : IDisposable
{
    public const int RootBytes = 64 << 10;

    private int _made;

    public UpdateBench()
    {
        foreach (var folder in new[] { "proc", "run", "etc/appliance", "usr/lib/appliance/update-keys", "boot/grub", "boot/slot-a",
            "dev/disk/by-partlabel" })
            Directory.CreateDirectory(At(folder));
        Boot('a');
        Text("usr/lib/appliance/release", "version=0.1.0\narch=amd64\nbuilt=1763000000\n");
        Text("boot/slot-a/release", "version=0.1.0\narch=amd64\nbuilt=1763000000\n");
        Text("boot/slot-a/vmlinuz", "kernel one");
        File.WriteAllBytes(At("boot/grub/grubenv"), new GrubEnvironment().With("slot", "a").With("try", "").With("left", "").Write()!);
        foreach (var slot in "ab") File.WriteAllBytes(At($"dev/disk/by-partlabel/root-{slot}"), new byte[RootBytes]);
        var made = CommandLine.Run("update", "keygen", "--output", At("maker"));
        Assert.True(made.ExitCode == 0, made.Error);
        File.Copy(At("maker.pub"), At("usr/lib/appliance/update-keys/maker.pub"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("appliance-update-").FullName;

    public string At(string path) => Path.Combine(Root, path);

    public void Text(string path, string text) => File.WriteAllText(At(path), text);

    /// <summary>What GRUB put on the command line.</summary>
    public void Boot(char slot, bool trial = false) =>
        Text("proc/cmdline", $"quiet appliance.slot={slot}{(trial ? " appliance.trial=1" : "")}\n");

    public GrubEnvironment Record => GrubEnvironment.Read(File.ReadAllBytes(At("boot/grub/grubenv")), out _)!;

    /// <summary>slot, try and left as they are on the disk.</summary>
    public string Words => $"{Record["slot"]}/{Record["try"]}/{Record["left"]}";

    /// <summary>An update, signed unless said otherwise.</summary>
    public string Make(string version = "0.2.0", string arch = "amd64", string min = "0.1.0", int rootBytes = 20_000, bool sign = true)
    {
        var (name, root) = (At($"update-{++_made}.update"), new byte[rootBytes]);
        new Random(rootBytes).NextBytes(root);
        File.WriteAllBytes(At("new-root"), root);
        Text("new-kernel", $"kernel of {version}");
        Text("new-initrd", $"initrd of {version}");
        string[] arguments = ["update", "make", "--version", version, "--arch", arch, "--kernel", At("new-kernel"), "--initrd",
            At("new-initrd"), "--root", At("new-root"), "--min-version", min, "--built", "1763740800", "--output", name];
        var made = CommandLine.Run(sign ? [.. arguments, "--sign-key", At("maker.key")] : arguments);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(sign, made.Error.Length == 0);
        return name;
    }

    /// <summary>appliance update …, below this folder.</summary>
    public CommandLine Run(params string[] arguments) => CommandLine.Run(["update", .. arguments, "--root", Root]);

    /// <summary>All that an update could have touched.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var folder in new[] { "boot", "dev" })
            foreach (var file in Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                text.AppendLine($"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}");
        return text.ToString();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
