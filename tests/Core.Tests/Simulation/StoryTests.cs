using System.Text;
using Appliance.Simulation.Stories;

namespace Appliance.Core.Tests.Simulation;

/// <summary>
/// Stories: commands, a line of dashes, what happened, an empty line. REWRITE=1 writes what happens now into the files, to be reviewed as
/// a diff.
/// </summary>
public sealed class StoryTests
{
    private const string Dashes = "----";

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileName(path)).Order()];

    private static string Folder => Path.Combine(RepositoryRoot, "tests", "Core.Tests", "Stories");

    private static string RepositoryRoot
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Appliance.sln"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_happens_as_it_is_told(string name)
    {
        var path = Path.Combine(Folder, name);
        var told = File.ReadAllText(path);
        var happened = Tell(told);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(path, happened);
        else Assert.Equal(told, happened);
    }

    [Fact]
    public void Every_named_story_ends_without_a_broken_rule()
    {
        foreach (var story in NamedStories.All)
        {
            var player = new StoryPlayer();
            foreach (var line in story.Script.Split('\n')) Assert.Null(player.Do(line.Trim()));
            Assert.Null(player.Violation);
        }
    }

    private static string Tell(string told)
    {
        var (player, text, answering) = (new StoryPlayer(), new StringBuilder(), false);
        foreach (var line in told.TrimEnd('\n').Split('\n'))
        {
            if (answering && line.Length > 0) continue;
            answering = line == Dashes;
            text.Append(line).Append('\n');
            if (!answering && player.Do(line) is { } problem) text.Append(problem).Append('\n');
            if (!answering) continue;
            foreach (var news in player.News().Where(IsNews)) text.Append(news).Append('\n');
        }

        Assert.Null(player.Violation);
        return text.ToString();
    }

    /// <summary>The commands stand above the dashes already.</summary>
    private static bool IsNews(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] != "world";
}
