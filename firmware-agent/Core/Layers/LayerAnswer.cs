using System.Text.Json.Serialization;

namespace Appliance.Core.Layers;

/// <summary>What came of asking one layer.</summary>
[JsonConverter(typeof(EnumWord<LayerState>))]
public enum LayerState : byte
{
    Answers,

    /// <summary>It answers, but not to us: wrong secret, no rights. That is life.</summary>
    Refuses,
    Fails,

    /// <summary>It could not be asked for a reason that is not the service's: no secret on this node, for instance.</summary>
    Unknown,
}

/// <summary>One way into a service, asked once.</summary>
/// <param name="Layer">The word in the file's <c>layers</c> key.</param>
/// <param name="State">What came of it.</param>
/// <param name="Took">From the question to the answer or to giving up.</param>
/// <param name="Text">The answer, or why there is none, in words.</param>
public sealed record LayerAnswer(string Layer, LayerState State, TimeSpan Took, string Text);

/// <summary>Says what the answers of all layers mean together.</summary>
public delegate LayerLook LayerJudge(ReadOnlySpan<LayerAnswer> answers);

/// <summary>All layers, asked at the same time.</summary>
/// <param name="Healthy">Too few layers fail to make this a miss.</param>
/// <param name="Whole">No layer fails.</param>
/// <param name="Text">Which fail and why, else which answer.</param>
public readonly record struct LayerLook(bool Healthy, bool Whole, string Text);
