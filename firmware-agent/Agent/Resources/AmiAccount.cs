using System.Security.Cryptography;
using System.Text;
using Appliance.Agent.State;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Agent.Resources;

/// <summary>
/// The probe's account in Asterisk's manager, made before each start of Asterisk: it may ask and change nothing. The secret is this node's
/// own; what the other node left in a configuration that moves with the group is replaced. Debian's manager.conf includes the folder.
/// </summary>
/// <param name="target">Who asks whom, and where the secret lies; made when it is missing.</param>
/// <param name="folder">Its files are part of manager.conf.</param>
public sealed class AmiAccount(AmiTarget target, string folder = "/etc/asterisk/manager.d")
{
    /// <summary>One account a file.</summary>
    public const string FileName = "appliance.conf";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Empty: Asterisk will find the account. Else why not, in words; nothing is started or stopped because of it.</summary>
    public string Provide()
    {
        try
        {
            var main = Path.GetFullPath(Path.Combine(folder, "..", "manager.conf"));
            if (StatX.Of(main) is not { IsRegular: true } model) return Failed($"{main} does not exist");
            if (StatX.Of(folder) is not { IsFolder: true }) return Failed($"{folder} does not exist, so {main} cannot include it");
            if (!File.Exists(target.SecretFile) && MakeSecret() is { } fault) return Failed(fault);
            using var lines = new StreamReader(target.SecretFile);
            var secret = lines.ReadLine()?.Trim() ?? "";
            if (!IsPlain(secret))
                return Failed($"{target.SecretFile}: expected a first line of letters and digits, found {(secret.Length == 0
                    ? "none" : "something that manager.conf cannot hold")}; delete the file, and a new secret is made");
            return Write(Text(secret), model) is { } problem ? Failed(problem) : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Failed(fault.Message);
        }
    }

    private string? MakeSecret() =>
        Fresh(target.SecretFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "\n", static _ => null);

    private string? Write(string text, StatX model)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path) && File.ReadAllText(path) == text) return null;
        // Asterisk can read manager.conf, as its owner or by its group: so it can read this one.
        return Fresh(path, text, fresh =>
        {
            if (Libc.chown(fresh, model.Owner, model.Group) != 0) return $"{fresh}: {Errno.LastWords}";
            File.SetUnixFileMode(fresh, Private | UnixFileMode.GroupRead);
            return null;
        });
    }

    /// <summary>Nobody else can read it at any time.</summary>
    private static string? Fresh(string path, string text, Func<string, string?> give)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
        using (new FileStream(fresh, options))
        {
            // Empty, and private from its first moment; AtomicFile writes into it and puts it in its place.
        }

        return give(fresh) ?? AtomicFile.Write(path, Encoding.ASCII.GetBytes(text));
    }

    private string Text(string secret)
    {
        var local = target.To.Address;
        return string.Join('\n',
        [
            "; Written by appliance before each start of Asterisk: what is changed here is lost.",
            "; The probe's key ami-account = \"kept\" leaves the account to you.",
            $"[{target.User}]",
            $"secret = {secret}",
            "deny = 0.0.0.0/0",
            "deny = ::/0",
            $"permit = {local}/{local.GetAddressBytes().Length * 8}",
            "write = reporting",
            "",
        ]);
    }

    /// <summary>A semicolon would begin a comment, a bracket a section.</summary>
    private static bool IsPlain(string secret)
    {
        foreach (var letter in secret)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.' or '+' or '/' or '=')) return false;
        return secret.Length > 0;
    }

    private static string Failed(string why) => $"the manager's account was not made: {why}";
}
