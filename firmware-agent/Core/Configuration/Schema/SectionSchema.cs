using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>One key of a section.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Type">What its value may be.</param>
/// <param name="Meaning">One sentence for the documentation.</param>
public sealed record Key(string Name, KeyType Type, string Meaning)
{
    /// <summary>The value when the key is absent, as text; null: there is none.</summary>
    public string? Default { get; init; }

    /// <summary>The file is wrong without it.</summary>
    public bool Required { get; init; }
}

/// <summary>The keys that belong to one value of a section's discriminating key, for example <c>type = "ip"</c>.</summary>
/// <param name="Word">The value.</param>
/// <param name="Meaning">One sentence for the documentation.</param>
/// <param name="Keys">Own keys; default: the variant's keys are not fixed yet and are not checked.</param>
public sealed record Variant(string Word, string Meaning, ImmutableArray<Key> Keys)
{
    /// <summary>Set when this version gives the variant no effect: what to do about it.</summary>
    public string? Later { get; init; }
}

/// <summary>What may stand in a section. The one table from which files are read, typos are explained and the documentation is
/// checked.</summary>
/// <param name="Title">As it is written, for example <c>[[group.resource]]</c>.</param>
/// <param name="Meaning">One or two sentences for the documentation.</param>
/// <param name="Keys">Keys that every variant has.</param>
public sealed record SectionSchema(string Title, string Meaning, ImmutableArray<Key> Keys)
{
    /// <summary>The key whose value chooses the variant.</summary>
    public string? Discriminator { get; init; }

    public ImmutableArray<Variant> Variants { get; init; } = [];

    /// <summary>Every key of every variant, once.</summary>
    public IEnumerable<Key> AllKeys =>
        Keys.Concat(Variants.Where(variant => !variant.Keys.IsDefault).SelectMany(variant => variant.Keys)).DistinctBy(key => key.Name);

    /// <summary>The keys that may stand beside a discriminator of this value.</summary>
    public IEnumerable<Key> KeysOf(Variant? variant) => variant is null ? AllKeys : Keys.Concat(variant.Keys);
}
