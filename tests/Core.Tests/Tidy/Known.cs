using System.Globalization;

namespace Appliance.Core.Tests.Tidy;

/// <summary>
/// Faults that were there before the test was: known.txt, lines of "what | where | how many". None may be added and no count may grow.
/// REWRITE=1 writes the file again; it is only ever meant to get shorter.
/// </summary>
internal static class Known
{
    private static readonly string File = Repository.PathOf("tests", "Core.Tests", "Tidy", "known.txt");
    private static readonly Lock Writing = new();

    public static void Check(string what, IReadOnlyDictionary<string, int> found)
    {
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") Rewrite(what, found);
        var known = Lines().Where(line => line[0] == what)
            .ToDictionary(line => line[1], line => int.Parse(line[2], CultureInfo.InvariantCulture));
        var worse = found.Where(pair => pair.Value > known.GetValueOrDefault(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}: {pair.Value} {what}, {known.GetValueOrDefault(pair.Key)} are known").ToArray();
        Assert.True(worse.Length == 0, string.Join('\n', worse));
    }

    private static string[][] Lines() =>
        [.. System.IO.File.ReadAllLines(File).Where(line => line.Length > 0).Select(line => line.Split(" | "))];

    private static void Rewrite(string what, IReadOnlyDictionary<string, int> found)
    {
        lock (Writing)
        {
            var others = Lines().Where(line => line[0] != what).Select(line => string.Join(" | ", line));
            System.IO.File.WriteAllLines(
                File, others.Concat(found.Select(pair => $"{what} | {pair.Key} | {pair.Value}")).Order(StringComparer.Ordinal));
        }
    }
}
