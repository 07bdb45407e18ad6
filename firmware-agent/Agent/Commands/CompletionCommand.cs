using System.CommandLine;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance completion</c>: a few lines of shell that ask the executable itself, so that they never go stale.</summary>
public static class CompletionCommand
{
    // '[suggest:N]' is System.CommandLine's own directive: it prints the words that may stand at position N of the line.
    private const string Bash = """
        # appliance(8) completion for bash. Install as /usr/share/bash-completion/completions/appliance
        _appliance() {
            local line=${COMP_LINE:0:COMP_POINT} word
            local current=${line##* }
            COMPREPLY=()
            while IFS= read -r word; do
                [[ $word == "$current"* ]] && COMPREPLY+=("$word")
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -F _appliance appliance
        """;

    private const string Zsh = """
        #compdef appliance
        # appliance(8) completion for zsh. Install as /usr/share/zsh/vendor-completions/_appliance
        _appliance() {
            local line="${(j: :)words[1,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- $found
        }
        compdef _appliance appliance
        """;

    private const string Fish = """
        # appliance(8) completion for fish. Install as /usr/share/fish/vendor_completions.d/appliance.fish
        function __appliance_complete
            set -l line (commandline --current-process --cut-at-cursor)
            appliance "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command appliance --no-files --arguments "(__appliance_complete)"
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints a completion script; it also knows the names of groups and resources.") { shell };
        command.SetAction(line => line.InvocationConfiguration.Output.WriteLine(ScriptOf(line.GetRequiredValue(shell))));
        return command;
    }

    /// <summary>The script for a shell.</summary>
    public static string ScriptOf(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };
}
