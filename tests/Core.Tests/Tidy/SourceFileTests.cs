namespace Appliance.Core.Tests.Tidy;

/// <summary>The tidiness tests see what they claim to see.</summary>
public sealed class SourceFileTests
{
    [Fact]
    public void Strings_and_comments_are_no_code()
    {
        Assert.Equal("var a =     ; b();", SourceFile.Blank("var a = \"{x\"; b();".Replace("{x", "{}", StringComparison.Ordinal)));
        Assert.DoesNotContain('{', SourceFile.Blank("a = '{'; // {\nb = @\"{\"\"\"; c = \"\"\"\n{\n\"\"\"; /* { */ d = \"\\\"{\";"));
        Assert.Equal(2, SourceFile.Blank("\"\"\"\n{\n\"\"\"").Count(letter => letter == '\n'));
    }

    [Fact]
    public void A_function_is_measured_from_brace_to_brace()
    {
        string[] code = ["class A(int b) : C(b)", "{", "    int D(int e)", "    {", "        if (e > 0)", "        {", "            e--;",
            "        }", "        return e;", "    }", "}"];
        Assert.Equal([(4, 7)], Functions.In(code));
    }

    [Fact]
    public void The_tree_is_found()
    {
        Assert.Contains(SourceFile.All, file => file.Path == "firmware-agent/Core/Limits.cs");
        Assert.DoesNotContain(SourceFile.All, file => file.Path.Contains("/obj/", StringComparison.Ordinal));
        Assert.True(SourceFile.All.Sum(file => Functions.In(file.Code).Count()) > 500);
    }
}
