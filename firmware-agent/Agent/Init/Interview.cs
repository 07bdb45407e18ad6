using System.CommandLine;

namespace Appliance.Agent.Init;

/// <summary>Collects the answers: options first, then the terminal, then defaults.</summary>
public sealed class Interview(Questions questions, ParseResult line, TextReader input, bool silent)
{
    private const int AttemptsMax = 5;

    private readonly Dictionary<Question, string> _answers = [];

    /// <summary>The answer; empty: none.</summary>
    public string Answer(Question question) => _answers.GetValueOrDefault(question, "");

    /// <summary>True when every question has a good answer; else the sentences say what is missing or wrong.</summary>
    public bool Complete(out List<string> problems)
    {
        problems = [];
        foreach (var question in questions.All)
        {
            if (!questions.Applies(question, Answer)) continue;
            var given = line.GetValue(question.Option);
            if (given is null && !silent)
            {
                if (!Ask(question, problems)) return false;
                continue;
            }

            var answer = given ?? question.Default;
            if (answer is null) problems.Add($"{question.Option.Name} is missing: {question.Words}");
            else if (question.Fault(answer) is { } fault) problems.Add($"{question.Option.Name}: {fault}");
            else _answers[question] = answer;
        }

        return problems.Count == 0;
    }

    private bool Ask(Question question, List<string> problems)
    {
        var output = line.InvocationConfiguration.Output;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            output.Write($"{question.Words}{Offered(question)}: ");
            output.Flush();
            if (input.ReadLine() is not { } typed)
            {
                output.WriteLine();
                problems.Add($"the input ended before the question for {question.Option.Name} was answered; give it as an option");
                return false;
            }

            var answer = typed.Trim() switch { "" => question.Default ?? "", "-" => "", var text => text };
            if (question.Fault(answer) is not { } fault)
            {
                _answers[question] = answer;
                return true;
            }

            output.WriteLine($"  {fault}");
        }

        problems.Add($"{question.Option.Name}: {AttemptsMax} answers that will not do");
        return false;
    }

    private static string Offered(Question question) => question.Default switch
    {
        null => "",
        "" => " [none]",
        var text => $" [{text}]",
    };
}
