using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Appliance.Agent.Control;
using Appliance.Core;

namespace Appliance.Agent.Tests.Control;

/// <summary>Enums in JSON: words, by the small converter.</summary>
public sealed class AgentJsonTests
{
    /// <summary>All that any message of ours has.</summary>
    public static TheoryData<Type> Enums =>
    [
        .. typeof(AgentJson).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(shape => shape.PropertyType.IsGenericType && shape.PropertyType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
            .Select(shape => shape.PropertyType.GetGenericArguments()[0]).Where(type => type.IsEnum),
    ];

    [Theory]
    [MemberData(nameof(Enums))]
    public void Every_value_of_every_enum_is_its_name(Type type)
    {
        Assert.Equal(typeof(EnumWord<>).MakeGenericType(type), type.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType);
        var shape = AgentJson.Default.GetTypeInfo(type)!;
        foreach (var value in Enum.GetValues(type))
        {
            Assert.Equal($"\"{value}\"", JsonSerializer.Serialize(value, shape));
            Assert.Equal(value, JsonSerializer.Deserialize($"\"{value}\"", shape));
            Assert.Equal(value, JsonSerializer.Deserialize($"\"{value.ToString()!.ToLowerInvariant()}\"", shape));
        }
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void What_is_no_word_of_an_enum_is_refused(Type type)
    {
        var shape = AgentJson.Default.GetTypeInfo(type)!;
        string[] none = ["\"\"", "\"nonsense\"", "\"250\"", "\"-1\"", "1", "null", "true", "{}", "[]", "\"a, b\"", "\"\\u0000\""];
        foreach (var text in none)
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, shape));
    }

    [Fact]
    public void There_are_enums() => Assert.True(Enums.Count > 10);
}
