using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Toml;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>No file makes the reader throw, and no file with an unknown key or a value of the wrong kind is taken.</summary>
public sealed class HostileConfigTests
{
    private static readonly TomlValue[] Wrong =
    [
        new TomlValue.Text(default, ""), new TomlValue.Text(default, "\0"), new TomlValue.Text(default, new string('x', 5000)),
        new TomlValue.Integer(default, -1), new TomlValue.Integer(default, long.MaxValue), new TomlValue.Float(default, double.NaN),
        new TomlValue.Boolean(default, true), new TomlValue.LocalDate(default, default), new TomlValue.List(default, []),
        new TomlValue.List(default, [new TomlValue.Integer(default, 1)]), new TomlValue.List(default, [new TomlValue.Table(default, [])]),
            new TomlValue.Table(default, []),
    ];

    [Fact]
    public void Any_value_may_be_anything()
    {
        foreach (var file in new[] { Config.Minimal, Config.Example })
        {
            var root = TomlReader.Read(Encoding.UTF8.GetBytes(file)).Root;
            foreach (var wrong in Wrong)
                foreach (var variant in Replaced(root, wrong)) ConfigReader.Read((TomlValue.Table)variant);
        }
    }

    [Fact]
    public void Any_key_may_be_missing()
    {
        var root = TomlReader.Read(Encoding.UTF8.GetBytes(Config.Example)).Root;
        foreach (var variant in Without(root)) ConfigReader.Read((TomlValue.Table)variant);
    }

    [Fact]
    public void An_unknown_key_in_any_table_is_refused()
    {
        var root = TomlReader.Read(Encoding.UTF8.GetBytes(Config.Minimal)).Root;
        var tables = 0;
        foreach (var variant in WithStranger(root))
        {
            tables++;
            var result = ConfigReader.Read((TomlValue.Table)variant);
            Assert.Null(result.Config);
            Assert.Contains(result.Problems, problem => problem.KeyPath.EndsWith("stranger", StringComparison.Ordinal));
        }

        Assert.Equal(16, tables);
    }

    [Fact]
    public void Every_truncation_and_many_flipped_bytes_give_problems_or_a_configuration()
    {
        var bytes = Encoding.UTF8.GetBytes(Config.Minimal);
        for (var length = 0; length < bytes.Length; length += 7) ConfigReader.Read(bytes.AsSpan(0, length));
        var random = new Random(1);
        for (var round = 0; round < 1000; round++)
        {
            var broken = (byte[])bytes.Clone();
            for (var flips = random.Next(1, 5); flips > 0; flips--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            var result = ConfigReader.Read(broken);
            Assert.Equal(result.Config is null, result.Problems.Any(problem => problem.Severity != Severity.Warning));
        }
    }

    [Fact]
    public void Messages_never_carry_control_characters()
    {
        var result = Config.Read("[cluster]\nname = \"a\\u001b[31m\\nb\"\n\"\\u001b\" = 1\n");
        Assert.All(result.Problems, problem => Assert.DoesNotContain(problem.Message, char.IsControl));
    }

    private static IEnumerable<TomlValue> Replaced(TomlValue value, TomlValue wrong) => Changed(value, _ => wrong);

    private static IEnumerable<TomlValue> Changed(TomlValue value, Func<TomlValue, TomlValue> change) => value switch
    {
        TomlValue.Table table => table.Entries.SelectMany((entry, index) =>
            Changed(entry.Value, change).Prepend(change(entry.Value))
                .Select(other => (TomlValue)(table with { Entries = table.Entries.SetItem(index, entry with { Value = other }) }))),
        TomlValue.List list => list.Items.SelectMany((item, index) =>
            Changed(item, change).Prepend(change(item))
                .Select(other => (TomlValue)(list with { Items = list.Items.SetItem(index, other) }))),
        _ => [],
    };

    private static IEnumerable<TomlValue> Without(TomlValue value) => value switch
    {
        TomlValue.Table table => table.Entries.SelectMany((entry, index) =>
            Without(entry.Value)
                .Select(other => (TomlValue)(table with { Entries = table.Entries.SetItem(index, entry with { Value = other }) }))
                .Prepend(table with { Entries = table.Entries.RemoveAt(index) })),
        TomlValue.List list => list.Items.SelectMany((item, index) =>
            Without(item).Select(other => (TomlValue)(list with { Items = list.Items.SetItem(index, other) }))
                .Prepend(list with { Items = list.Items.RemoveAt(index) })),
        _ => [],
    };

    /// <summary>Every table but those that take any key on purpose (a per-node table says so in its own words).</summary>
    private static IEnumerable<TomlValue> WithStranger(TomlValue.Table root)
    {
        var stranger = new TomlEntry("stranger", new TomlPosition(1, 1), new TomlValue.Integer(new TomlPosition(1, 1), 1));
        TomlValue Add(TomlValue value) => value is TomlValue.Table table ? table with { Entries = table.Entries.Add(stranger) } : value;
        return Changed(root, Add).Where(variant => Count(variant) > Count(root)).Prepend(Add(root));
    }

    private static int Count(TomlValue value) => value switch
    {
        TomlValue.Table table => table.Entries.Sum(entry => 1 + Count(entry.Value)),
        TomlValue.List list => list.Items.Sum(Count),
        _ => 0,
    };
}
