using System.Collections.Immutable;

namespace Appliance.Core.Toml;

/// <summary>A place in the file. Both count from 1; the column counts characters.</summary>
public readonly record struct TomlPosition(int Line, int Column) : IComparable<TomlPosition>
{
    public int CompareTo(TomlPosition other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A value and where it stands. TOML 1.0.0.</summary>
public abstract record TomlValue(TomlPosition At)
{
    /// <summary>The kind in a person's words, for messages: "string", "integer", "array", …</summary>
    public abstract string Kind { get; }

    public sealed record Text(TomlPosition At, string Value) : TomlValue(At)
    {
        public override string Kind => "string";
    }

    public sealed record Integer(TomlPosition At, long Value) : TomlValue(At)
    {
        public override string Kind => "integer";
    }

    public sealed record Float(TomlPosition At, double Value) : TomlValue(At)
    {
        public override string Kind => "float";
    }

    public sealed record Boolean(TomlPosition At, bool Value) : TomlValue(At)
    {
        public override string Kind => "boolean";
    }

    /// <summary>Fractions finer than 100 ns are cut off, as the specification allows.</summary>
    public sealed record OffsetDateTime(TomlPosition At, DateTimeOffset Value) : TomlValue(At)
    {
        public override string Kind => "date-time";
    }

    public sealed record LocalDateTime(TomlPosition At, DateTime Value) : TomlValue(At)
    {
        public override string Kind => "local date-time";
    }

    public sealed record LocalDate(TomlPosition At, DateOnly Value) : TomlValue(At)
    {
        public override string Kind => "local date";
    }

    public sealed record LocalTime(TomlPosition At, TimeOnly Value) : TomlValue(At)
    {
        public override string Kind => "local time";
    }

    public sealed record List(TomlPosition At, ImmutableArray<TomlValue> Items) : TomlValue(At)
    {
        public override string Kind => "array";
    }

    public sealed record Table(TomlPosition At, ImmutableArray<TomlEntry> Entries) : TomlValue(At)
    {
        public override string Kind => "table";

        /// <summary>The value of a key, or null.</summary>
        public TomlValue? this[string key]
        {
            get
            {
                foreach (var entry in Entries)
                    if (entry.Key == key) return entry.Value;
                return null;
            }
        }
    }
}

/// <summary>A key, where it stands, and its value.</summary>
public sealed record TomlEntry(string Key, TomlPosition KeyAt, TomlValue Value);

/// <summary>Something that is not TOML: where, what was found, what is accepted.</summary>
public sealed record TomlProblem(TomlPosition At, string Message);

/// <summary>What a file holds. With problems the root holds what could be understood and must not be used.</summary>
public sealed record TomlDocument(TomlValue.Table Root, ImmutableArray<TomlProblem> Problems);
