using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Appliance.Agent.Init;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance init</c>: asks what a pair needs to know and writes its file and its key.</summary>
public static class InitCommand
{
    private const string KeyFileName = "cluster.key";
    private const byte FirstKey = 1;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private sealed record Switches(string Directory, bool Yes, bool Print, bool Force, StickSet Sticks);

    /// <param name="input">Where answers are typed; default: the terminal.</param>
    public static Command Create(TextReader? input = null)
    {
        var questions = new Questions();
        var sticks = new StickSet();
        var directory = new Option<string>("--directory")
        {
            Description = "Where the files are written.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "/etc/appliance",
        };
        var yes = new Option<bool>("--yes") { Description = "Ask nothing: options and defaults only." };
        var print = new Option<bool>("--print") { Description = "Show the configuration and write nothing." };
        var force = new Option<bool>(
            "--force") { Description = "Overwrite files that exist; a new key silences a node that has the old one." };
        var command = new Command(
            "init", "Asks what a new pair needs to know and writes its configuration and its key.") { directory, yes, print, force };
        foreach (var question in questions.All) command.Options.Add(question.Option);
        foreach (var option in sticks.Options) command.Options.Add(option);
        command.SetAction(line =>
        {
            questions.ForSticks = sticks.IsWanted(line);
            var isGiven = line.GetResult(directory) is { Implicit: false };
            var wrong = sticks.Contradiction(line)
                ?? (isGiven && questions.ForSticks ? "--directory has no effect with --stick" : null);
            if (wrong is not null) return Refuse(line, [wrong]);
            var place = questions.ForSticks ? Path.GetDirectoryName(ConfigCommand.FileDefault)! : line.GetRequiredValue(directory);
            return Run(line, questions, input ?? Console.In,
                new Switches(place, line.GetValue(yes), line.GetValue(print), line.GetValue(force), sticks));
        });
        return command;
    }

    private static int Run(ParseResult line, Questions questions, TextReader input, Switches switches)
    {
        if (switches.Directory.Length == 0) return Ask.Fail(line, "--directory is empty");
        var directory = Path.GetFullPath(switches.Directory);
        var (config, key) = (Path.Combine(directory, InitText.ConfigFileName), Path.Combine(directory, KeyFileName));
        // Said before twelve questions are answered for nothing.
        if (!questions.ForSticks && !switches.Print && !switches.Force && new[] { config, key }.FirstOrDefault(File.Exists) is { } existing)
            return Ask.Fail(line, $"{existing} exists and is not touched; --force overwrites it, --print only shows");

        var interview = new Interview(questions, line, input, switches.Yes);
        if (!interview.Complete(out var problems)) return Refuse(line, problems);
        if (questions.Contradiction(line, interview.Answer) is { } contradiction) return Refuse(line, [contradiction]);
        var text = InitText.Write(questions, interview.Answer, key);
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(text));
        if (result.Config is not { } made)
            return Refuse(
                line, result.Problems.Select(problem => $"the answers do not fit together: {problem.KeyPath}: {problem.Message}"));
        if (switches.Print)
        {
            line.InvocationConfiguration.Output.Write(text);
            return (int)ExitCode.Ok;
        }

        return questions.ForSticks ? Sticks(line, switches, text, made) : Write(line, switches, directory, config, text, key, made);
    }

    private static int Sticks(ParseResult line, Switches switches, string text, ApplianceConfig made)
    {
        var secret = KeyFile.Write(FirstKey, RandomNumberGenerator.GetBytes(Key.SecretBytesMin));
        var said = new List<string>();
        var problem = switches.Sticks.Write(line, made, text, secret, switches.Force, said);
        var output = line.InvocationConfiguration.Output;
        foreach (var sentence in said) output.WriteLine(Words.Clean(sentence));
        if (problem is not null) return Ask.Fail(line, problem);
        foreach (var fault in Assessment.DoubleFaults(made)) output.WriteLine($"note: {Words.Clean(fault)}");
        if (made.Replicas.Length == 0)
            output.WriteLine("note: the data is not replicated: there is neither a cluster interface nor a fixed address of each node on "
                + "the LAN to copy it over (--cluster-interface, or --lan-a and --lan-b).");
        output.WriteLine("Copy each folder's files to the root of a FAT stick, plug it into its node and switch the node on. "
            + "Keep the sticks: they hold the cluster's key.");
        return (int)ExitCode.Ok;
    }

    private static int Write(
        ParseResult line, Switches switches, string directory, string config, string text, string key, ApplianceConfig made)
    {
        if (MakeDirectory(directory) is { } refused) return Ask.Fail(line, refused);
        var secret = KeyFile.Write(FirstKey, RandomNumberGenerator.GetBytes(Key.SecretBytesMin));
        if ((NewFile.Write(key, secret, Owner, switches.Force) ?? NewFile.Write(config, text, Readable, switches.Force)) is { } problem)
            return Ask.Fail(line, problem);
        var output = line.InvocationConfiguration.Output;
        output.WriteLine($"Wrote {config} (digest {made.Digest:x8}) and {key} (mode 0600).");
        foreach (var fault in Assessment.DoubleFaults(made)) output.WriteLine($"note: {Words.Clean(fault)}");
        output.WriteLine(
            "Copy both files to the other node, then start appliance-agent on both. Each finds itself by its host name "
                + $"({string.Join(" or ", made.Nodes)}).");
        return (int)ExitCode.Ok;
    }

    private static string? MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{directory}: {fault.Message}";
        }
    }

    private static int Refuse(ParseResult line, IEnumerable<string> problems)
    {
        foreach (var problem in problems) line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(problem)}");
        line.InvocationConfiguration.Error.WriteLine("Nothing was written.");
        return (int)ExitCode.Critical;
    }
}
