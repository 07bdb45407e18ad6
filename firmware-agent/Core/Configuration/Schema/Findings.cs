using System.Collections.Immutable;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Collects every problem of one file.</summary>
public sealed class Findings
{
    private readonly HashSet<Problem> _problems = [];

    /// <summary>True when the file must not be used.</summary>
    public bool Unusable => _problems.Any(problem => problem.Severity != Severity.Warning);

    public void Error(TomlPosition at, string path, string message) => Add(Severity.Error, at, path, message);

    public void Unsupported(TomlPosition at, string path, string message) => Add(Severity.Unsupported, at, path, message);

    public void Warning(TomlPosition at, string path, string message) => Add(Severity.Warning, at, path, message);

    /// <summary>In the order a person reads the file.</summary>
    public ImmutableArray<Problem> Sorted() =>
        [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ThenBy(problem => problem.Severity)
            .ThenBy(problem => problem.Message, StringComparer.Ordinal)];

    private void Add(Severity severity, TomlPosition at, string path, string message) =>
        _problems.Add(new Problem(severity, at.Line, at.Column, path, message));
}
