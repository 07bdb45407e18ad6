using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Appliance.Agent.Init;
using Appliance.Agent.Update;
using Appliance.Core.Update;
using Appliance.Drivers.Signature;

namespace Appliance.Agent.Commands.Update;

/// <summary><c>appliance update check|make|keygen</c>: update files, on a node or where images are built. None needs slots.</summary>
internal static class UpdateFileCommands
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static Command Check()
    {
        var file = new Argument<string>("FILE") { Description = "The update." };
        var key = new Option<string[]>("--key")
        {
            Description = "Trusted public key, a file or a directory of *.pub. Default: the keys this machine trusts.", HelpName = "PATH",
        };
        var root = UpdateCommand.RootOption();
        var command = new Command("check", "Says who signed an update and whether every byte of it is right; writes nothing.")
            { file, key, root };
        command.SetAction(line =>
        {
            var given = line.GetValue(key) is { Length: > 0 } paths ? paths : UpdateCommand.Places(line, root).KeyFolders;
            var keys = TrustedKeys.Read(given, text => UpdateCommand.Tell(line, text));
            using var update = UpdateFile.Open(line.GetRequiredValue(file), keys, out var problem);
            if (update is null) return (int)UpdateCommand.Refuse(line, problem);
            var header = update.Header;
            var built = DateTimeOffset.FromUnixTimeSeconds(Math.Min(header.Built, 1L << 36));
            UpdateCommand.Say(line, $"version {header.Version} for {header.Arch}, built "
                + $"{built.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}, over version "
                + $"{header.MinVersion} and later");
            UpdateCommand.Say(line, $"signed by {update.SignedBy.Id} ({update.SignedBy.Path})");
            foreach (var part in header.Parts)
                UpdateCommand.Say(line, $"{part.Name,-14} {part.Size,12} {Convert.ToHexStringLower(part.Sha256)}");
            if (update.CheckParts() is { } damage) return (int)UpdateCommand.Refuse(line, damage);
            UpdateCommand.Say(line, "every part is as it was signed");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    public static Command Make()
    {
        var version = Text("--version", "Of the image, e.g. 0.2.0.", "VERSION");
        var arch = Text("--arch", "In Debian's words: amd64.", "ARCH");
        var (kernel, initrd, root) = (Text("--kernel", "The kernel.", "FILE"), Text("--initrd", "Its initrd.", "FILE"),
            Text("--root", "The root, a squashfs.", "FILE"));
        var oldest = Text("--min-version", "Oldest version it can be put over. Default: any.", "VERSION", "0");
        var built = Text("--built", "Seconds since 1970. Default: $SOURCE_DATE_EPOCH, else now.", "SECONDS", "");
        var key = Text("--sign-key", "Private key (PEM, PKCS #8). Without one no node takes the update.", "FILE", "");
        var output = Text("--output", "The file to make.", "FILE");
        var command = new Command("make", "Makes an update file of a kernel, an initrd and a root.")
            { version, arch, kernel, initrd, root, oldest, built, key, output };
        command.SetAction(line =>
        {
            if (UpdateVersion.Read(line.GetRequiredValue(version)) is not { } own)
                return Ask.Fail(line, $"--version {line.GetRequiredValue(version)} is no version such as 0.2.0 or 0.2.0-rc.1");
            if (UpdateVersion.Read(line.GetRequiredValue(oldest)) is not { } min)
                return Ask.Fail(line, $"--min-version {line.GetRequiredValue(oldest)} is no version such as 0.1.0");
            if (!UpdateHeader.IsArch(line.GetRequiredValue(arch)))
                return Ask.Fail(line, $"--arch {line.GetRequiredValue(arch)} is no architecture such as amd64");
            if (Seconds(line.GetRequiredValue(built)) is not { } seconds)
                return Ask.Fail(line, "the time of the build is no number of seconds since 1970 (--built, SOURCE_DATE_EPOCH)");
            if (PrivateKey(line.GetRequiredValue(key), out var secret) is { } problem) return Ask.Fail(line, problem);
            var header = new UpdateHeader(own, line.GetRequiredValue(arch), seconds, min, []);
            string[] parts = [line.GetRequiredValue(kernel), line.GetRequiredValue(initrd), line.GetRequiredValue(root)];
            var path = line.GetRequiredValue(output);
            if (UpdateMaker.Write(header, parts, secret, path) is { } fault) return Ask.Fail(line, fault);
            UpdateCommand.Say(line, $"{path}: version {own} for {header.Arch}, {new FileInfo(path).Length} bytes");
            if (secret is null) UpdateCommand.Tell(line, $"{path} is unsigned, and no node takes it: --sign-key FILE signs it");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    public static Command KeyGen()
    {
        var output = Text("--output", "Writes NAME.key (0600, keep it off the nodes) and NAME.pub.", "NAME");
        var command = new Command("keygen", "Makes a pair of keys that signs updates.") { output };
        command.SetAction(line =>
        {
            var name = Path.GetFullPath(line.GetRequiredValue(output));
            var secret = RandomNumberGenerator.GetBytes(Ed25519KeyText.KeyBytes);
            if (Half(secret, out var missing) is not { } half) return Ask.Fail(line, missing);
            var fault = NewFile.Write(name + ".key", Ed25519KeyText.WritePrivate(secret), Private, overwrite: false)
                ?? NewFile.Write(name + ".pub", Ed25519KeyText.WritePublic(half), Public, overwrite: false);
            if (fault is not null) return Ask.Fail(line, fault);
            UpdateCommand.Say(line, $"key {Convert.ToHexStringLower(Ed25519KeyText.Id(half))}: {name}.key signs, {name}.pub goes to "
                + "the nodes");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static byte[]? Half(byte[] secret, out string problem)
    {
        problem = "";
        try
        {
            return Ed25519.PublicKey(secret);
        }
        catch (Exception fault) when (fault is DllNotFoundException or CryptographicException)
        {
            problem = $"no key can be made: {fault.Message}; install OpenSSL 3 (package libssl3 or libssl3t64)";
            return null;
        }
    }

    /// <param name="fallback">Null: it must be given.</param>
    private static Option<string> Text(string name, string description, string word, string? fallback = null)
    {
        var option = new Option<string>(name) { Description = description, HelpName = word, Required = fallback is null };
        if (fallback is not null) option.DefaultValueFactory = _ => fallback;
        return option;
    }

    private static long? Seconds(string given)
    {
        var text = given.Length > 0 ? given : Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? "";
        if (text.Length == 0) return DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
    }

    /// <summary>Null: <paramref name="secret"/> is the key, or null where none is named.</summary>
    private static string? PrivateKey(string path, out byte[]? secret)
    {
        secret = null;
        if (path.Length == 0) return null;
        if (ConfigFile.Read(path, out var problem) is not { } bytes) return problem;
        secret = Ed25519KeyText.ReadPrivate(bytes, out problem);
        return secret is null ? $"{path}: {problem}; appliance update keygen makes one" : null;
    }
}
