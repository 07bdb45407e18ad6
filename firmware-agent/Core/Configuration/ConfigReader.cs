using System.Collections.Immutable;
using Appliance.Core.Configuration.Relations;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration;

/// <summary>Reads <c>appliance.toml</c>: never throws on bytes, tells every problem in one run.</summary>
public static class ConfigReader
{
    // bytes ─▶ TOML ─▶ sections against the schema ─▶ relations ─▶ records
    //            └────────┴──── problems ────────────────┘ any worse than a warning: no records

    /// <summary>Reads a whole file.</summary>
    public static ConfigResult Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > Limits.ConfigBytesMax)
            return new ConfigResult(null, [new Problem(Severity.Error, 1, 1, "",
                $"the file has {file.Length} bytes; expected at most {Limits.ConfigBytesMax}")]);
        var document = TomlReader.Read(file);
        return document.Problems.IsEmpty
            ? Read(document.Root)
            : new ConfigResult(null, [.. document.Problems.OrderBy(problem => problem.At)
                .Select(problem => new Problem(Severity.Error, problem.At.Line, problem.At.Column, "", problem.Message))]);
    }

    /// <summary>Reads a file that is TOML.</summary>
    public static ConfigResult Read(TomlValue.Table document)
    {
        var findings = new Findings();
        var root = SectionReader.Read(document, ConfigSchema.Root, "", "", findings);
        NodeRelations.Check(root, findings);
        TimingRelations.Check(root, findings);
        HealthRelations.Check(root, findings);
        LinkRelations.Check(root, findings);
        SerialCapacity.Check(root, findings);
        AddressRelations.Check(root, findings);
        ResourceRelations.Check(root, findings);
        ReplicaRelations.Check(root, findings);
        PanelRelations.Check(root, findings);
        AlertRelations.Check(root, findings);
        LineDeviceRelations.Check(root, findings);
        FenceRelations.Check(root, findings);
        TdmRelations.Check(root, findings);
        NetworkRelations.Check(root, findings);
        FirewallRelations.Check(root, findings);
        LinuxHaRelations.Check(root, findings);
        return new ConfigResult(findings.Unusable ? null : ConfigBuilder.Build(root), findings.Sorted());
    }
}
