using Appliance.Lab;
using Appliance.Lab.Host;

// Exit codes: 0 all well, 1 a verdict or a test failed, 2 the lab itself could not do what was asked.
try
{
    return Commands.Run(args);
}
catch (LabException exception)
{
    Console.Error.WriteLine($"appliance-lab: {exception.Message}");
    return 2;
}
catch (Exception exception)
{
    // A fault of the lab itself. Caught, because only then the lab is taken down on the way out.
    Console.Error.WriteLine($"appliance-lab: {exception}");
    return 2;
}
