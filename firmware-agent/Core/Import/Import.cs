using System.Collections.Immutable;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Import.Asha;
using Appliance.Core.Import.Authkeys;
using Appliance.Core.Import.Corosync;
using Appliance.Core.Import.Crm;
using Appliance.Core.Import.Drbd;
using Appliance.Core.Import.HaCf;
using Appliance.Core.Import.Haresources;
using Appliance.Core.Import.Merge;
using Appliance.Core.Import.Redfone;
using Appliance.Core.Import.Resources;
using Appliance.Core.Import.Writing;

namespace Appliance.Core.Import;

/// <summary>What a person says beside the files.</summary>
/// <param name="NodeA">Name of the first node; null: the first one that the files name.</param>
/// <param name="Cluster">Name of the pair; null: the one of the files.</param>
public sealed record ImportOptions(string? NodeA = null, string? Cluster = null);

/// <summary>A secret that belongs into a file that only root may read.</summary>
/// <param name="Name">Of the file, without a folder.</param>
/// <param name="Text">Its contents; never printed.</param>
public sealed record ImportSecret(string Name, string Text);

/// <summary>What an import gave.</summary>
/// <param name="Toml">The new file.</param>
/// <param name="Findings">What became of each directive, in the order of the files; the first <c>20,000</c>.</param>
/// <param name="Mapped">How many are in the new file.</param>
/// <param name="Noted">How many are not needed.</param>
/// <param name="Refused">How many a person must decide about.</param>
/// <param name="Omitted">How many are counted, but not among the findings.</param>
/// <param name="Open">What <c>config check</c> refuses of the new file: what a person has to fill in.</param>
/// <param name="Secrets">Passwords of fence devices.</param>
public sealed record ImportResult(
    string Toml, ImmutableArray<Finding> Findings, int Mapped, int Noted, int Refused, int Omitted,
    ImmutableArray<Problem> Open, ImmutableArray<ImportSecret> Secrets)
{
    /// <summary>The new file can be used as it is, and nothing of the old ones was refused.</summary>
    public bool IsComplete => Open.IsEmpty && Refused == 0;
}

/// <summary>Makes an appliance.toml of the files of a Heartbeat, Pacemaker, Corosync, DRBD or ASHA pair. Never throws on any
/// bytes.</summary>
public static class PairImport
{
    // bytes ─▶ lines ─▶ directives ─▶ facts ─┐
    // bytes ─▶ …        each with file:line  ├─▶ merge ─▶ draft ─▶ commented TOML ─▶ config check ─▶ what is left to fill in
    //                        └─▶ findings ◀──┘ contradictions

    /// <summary>Every table, for the documentation.</summary>
    public static ImmutableArray<DirectiveTable> Tables { get; } =
    [
        HaCfTable.Table, HaresourcesTable.Table, AuthkeysImport.Table, AgentTable.Agents, AgentTable.Parameters, DrbdTable.Table,
        AshaImport.Table, RedfoneImport.Table, CorosyncTable.Table, CrmTable.Table, CrmTable.Properties, CrmTable.Options,
    ];

    public static ImportResult Run(ImmutableArray<ImportFile> files, ImportOptions options)
    {
        var (facts, notes) = (new PairFacts(), new ImportNotes());
        var unlike = Unlike(files, notes);
        // ha.cf says whether haresources counts; what says who is a member comes before what only names nodes.
        foreach (var format in new[] { ImportFormat.HaCf, ImportFormat.Authkeys, ImportFormat.Corosync, ImportFormat.Crm, ImportFormat.Asha,
            ImportFormat.Haresources, ImportFormat.Redfone })
        foreach (var file in unlike.Where(file => file.Format == format))
            if (SourceText.Read(file, notes) is { } text) Read(text, format, facts, notes);
        ImmutableArray<ImportFile> drbd = [.. unlike.Where(file => file.Format == ImportFormat.Drbd)];
        if (!drbd.IsEmpty) new DrbdImport(facts, notes).Read(drbd);
        var draft = new PairMerge(facts, notes, options).All();
        var toml = DraftText.Write(draft, unlike.Select(file => file.Path));
        var check = ConfigReader.Read(Encoding.UTF8.GetBytes(toml));
        ImmutableArray<ImportSecret> secrets =
        [
            .. draft.Fences.Where(fence => fence.Fact.Password is { Length: > 0 })
                .Select(fence => new ImportSecret(fence.PasswordFile[(fence.PasswordFile.LastIndexOf('/') + 1)..], fence.Fact.Password
                    + "\n")),
        ];
        return new ImportResult(toml, notes.Sorted(), notes.Mapped, notes.Noted, notes.Refused, notes.Omitted,
            [.. check.Problems.Where(problem => problem.Severity != Severity.Warning)], secrets);
    }

    private static void Read(SourceText text, ImportFormat format, PairFacts facts, ImportNotes notes)
    {
        switch (format)
        {
            case ImportFormat.HaCf: new HaCfImport(facts, notes).Read(text); break;
            case ImportFormat.Authkeys: AuthkeysImport.Read(text, notes); break;
            case ImportFormat.Corosync: new CorosyncImport(facts, notes).Read(text); break;
            case ImportFormat.Crm: new CrmImport(facts, notes).Read(text); break;
            case ImportFormat.Asha: new AshaImport(facts, notes).Read(text); break;
            case ImportFormat.Haresources: new HaresourcesImport(facts, notes).Read(text); break;
            default: RedfoneImport.Read(text, facts, notes); break;
        }
    }

    /// <summary>The two nodes of a pair have most files alike: the second copy says nothing new.</summary>
    private static ImmutableArray<ImportFile> Unlike(ImmutableArray<ImportFile> files, ImportNotes notes)
    {
        var seen = new Dictionary<string, ImportFile>(StringComparer.Ordinal);
        var unlike = ImmutableArray.CreateBuilder<ImportFile>();
        foreach (var file in files)
        {
            var key = $"{file.Format} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.Bytes.AsSpan()))}";
            if (file.Format == ImportFormat.Unknown) notes.Refuse(new Place(file.Path, 0), "the file",
                "it is none of the files that are known");
            else if (seen.TryGetValue(key, out var same)) notes.Note(new Place(file.Path, 0), "the file", $"the same as {same.Path}");
            else
            {
                seen.Add(key, file);
                unlike.Add(file);
            }
        }

        return unlike.ToImmutable();
    }
}
