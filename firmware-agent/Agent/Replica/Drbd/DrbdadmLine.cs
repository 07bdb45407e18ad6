namespace Appliance.Agent.Replica.Drbd;

/// <summary>A command line of drbdadm as people type it, old and new: <c>drbdadm -- --overwrite-data-of-peer primary r0</c> (8.3),
/// <c>drbdadm primary --force r0</c> (8.4 and 9).</summary>
/// <param name="Verb">One of <see cref="Verbs"/>.</param>
/// <param name="Resource">A name, or "all".</param>
/// <param name="Force">--force, --overwrite-data-of-peer, -o.</param>
/// <param name="DiscardMyData">--discard-my-data.</param>
internal sealed record DrbdadmLine(string Verb, string Resource, bool Force, bool DiscardMyData)
{
    public const string All = "all";

    public static IReadOnlyList<string> Verbs { get; } =
    [
        "create-md", "up", "down", "primary", "secondary", "role", "state", "cstate", "dstate", "connect", "disconnect", "invalidate",
        "invalidate-remote", "verify", "attach", "detach", "resize", "status", "dump-md",
    ];

    /// <summary>Null and drbdadm's words when it is not understood.</summary>
    public static DrbdadmLine? Read(IReadOnlyList<string> words, out string problem)
    {
        var (force, discard) = (false, false);
        var plain = new List<string>();
        problem = "";
        foreach (var word in words)
        {
            if (word is "--") continue; // 8.3 wanted it before options that are for drbdsetup.
            if (word is "--force" or "--overwrite-data-of-peer" or "-o") force = true;
            else if (word is "--discard-my-data" or "-D") discard = true;
            else if (word.StartsWith('-')) problem = $"drbdadm: unrecognized option '{word}'";
            else plain.Add(word);
        }

        if (problem.Length == 0) problem = Doubt(plain, force, discard);
        return problem.Length > 0 ? null : new DrbdadmLine(plain[0], plain.Count == 2 ? plain[1] : All, force, discard);
    }

    private static string Doubt(List<string> plain, bool force, bool discard)
    {
        if (plain.Count == 0) return "USAGE: drbdadm COMMAND [OPTION...] {all|RESOURCE}";
        if (!Verbs.Contains(plain[0])) return $"drbdadm: Unknown command '{plain[0]}'. Known: {string.Join(' ', Verbs)}";
        if (plain.Count > 2) return $"drbdadm: one resource at a time, not '{string.Join(' ', plain.Skip(1))}'";
        if (plain.Count < 2 && plain[0] != "status") return $"drbdadm {plain[0]}: missing argument: {{all|RESOURCE}}";
        if (force && plain[0] is not ("primary" or "create-md")) return $"drbdadm {plain[0]}: unrecognized option '--force'";
        return discard && plain[0] != "connect" ? $"drbdadm {plain[0]}: unrecognized option '--discard-my-data'" : "";
    }
}
