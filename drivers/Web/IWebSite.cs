namespace Appliance.Drivers.Web;

/// <summary>Answers. Called on the one thread of <see cref="WebServer"/>: whoever takes long here keeps all clients waiting.</summary>
public interface IWebSite
{
    WebAnswer Answer(WebQuestion question);
}
