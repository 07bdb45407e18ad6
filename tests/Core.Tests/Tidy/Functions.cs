using System.Text.RegularExpressions;

namespace Appliance.Core.Tests.Tidy;

/// <summary>Finds functions by their braces: a block that opens behind a parameter list and is no control statement and no type.</summary>
internal static partial class Functions
{
    /// <param name="code">Lines without strings and comments.</param>
    /// <returns>First line and number of lines from the brace that opens to the one that closes.</returns>
    public static IEnumerable<(int Line, int Lines)> In(string[] code)
    {
        var open = new Stack<(int Line, bool IsFunction)>();
        var head = "";
        for (var number = 0; number < code.Length; number++)
        {
            foreach (var letter in code[number])
            {
                if (letter == '{')
                {
                    open.Push((number + 1, IsFunction(head)));
                    head = "";
                }
                else if (letter == '}')
                {
                    if (open.TryPop(out var block) && block.IsFunction) yield return (block.Line, number + 2 - block.Line);
                    head = "";
                }
                else head = letter == ';' ? "" : head + letter;
            }

            head += ' ';
        }
    }

    private static bool IsFunction(string head) => ParameterList().IsMatch(head) && !NotFunction().IsMatch(head);

    [GeneratedRegex(@"\w\s*(<[^()]*>)?\s*\([^{}]*\)\s*(where\b.*|:\s*(base|this)\s*\(.*\)\s*)?$")]
    private static partial Regex ParameterList();

    [GeneratedRegex(@"\b(if|for|foreach|while|switch|using|lock|catch|fixed|class|struct|record|interface|enum|new|else|return|when|is)\b")]
    private static partial Regex NotFunction();
}
