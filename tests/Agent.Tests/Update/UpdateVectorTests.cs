using System.Security.Cryptography;
using Appliance.Agent.Tests.Commands;

namespace Appliance.Agent.Tests.Update;

/// <summary>The file of docs/UPDATE.md, which was computed by another program.</summary>
public sealed class UpdateVectorTests
{
    [Fact]
    public void The_file_of_the_page_is_made_byte_for_byte()
    {
        var page = File.ReadAllText(RepositoryFiles.PathOf("docs", "UPDATE.md"));
        var folder = Directory.CreateTempSubdirectory("appliance-vector-").FullName;
        try
        {
            string At(string name) => Path.Combine(folder, name);
            foreach (var part in new[] { "kernel", "initrd", "root" }) File.WriteAllText(At(part), part + "\n");
            File.WriteAllText(At("key"), "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                + "-----END PRIVATE KEY-----\n");
            var made = CommandLine.Run(
                "update", "make", "--version", "0.2.0", "--arch", "amd64", "--kernel", At("kernel"), "--initrd", At("initrd"), "--root",
                At("root"), "--min-version", "0.1.0", "--built", "1763740800", "--sign-key", At("key"), "--output", At("update"));
            Assert.True(made.ExitCode == 0, made.Error);
            var file = File.ReadAllBytes(At("update"));
            Assert.Contains($"{file.Length} bytes; its first 20", page, StringComparison.Ordinal);
            var signature = file.Length - 64 - "kernel\ninitrd\nroot\n".Length;
            foreach (var line in new[] { file[..20], file[signature..(signature + 32)], file[(signature + 32)..(signature + 64)],
                SHA256.HashData(file) })
                Assert.Contains($"\n{Convert.ToHexStringLower(line)}\n", page, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
