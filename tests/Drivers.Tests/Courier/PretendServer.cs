using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Appliance.Drivers.Tests.Courier;

/// <summary>A server on loopback that a test scripts line by line, with TLS from a certificate of its own.</summary>
internal sealed class PretendServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Thread _thread;
    private readonly X509Certificate2 _certificate = NewCertificate();
    private readonly string _folder = Directory.CreateTempSubdirectory("courier-").FullName;
    private readonly List<string> _heard = [];
    private Stream _stream = Stream.Null;

    public PretendServer(Action<PretendServer> talk)
    {
        _listener.Start();
        AuthorityFile = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(AuthorityFile, _certificate.ExportCertificatePem());
        _thread = new Thread(() => Talk(talk)) { IsBackground = true };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The certificate that a client must trust.</summary>
    public string AuthorityFile { get; }

    /// <summary>Lines of the client so far.</summary>
    public List<string> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    public string SecretFile(string secret)
    {
        var path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, secret + "\n");
        return path;
    }

    public void Say(string line) => _stream.Write(Encoding.ASCII.GetBytes(line + "\r\n"));

    /// <summary>A line of the client without its end; null: it is gone.</summary>
    public string? Hear()
    {
        var line = new List<byte>();
        for (int letter; (letter = _stream.ReadByte()) != '\n'; line.Add((byte)letter))
            if (letter < 0) return null;
        var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
        lock (_heard) _heard.Add(text);
        return text;
    }

    public string Hear(int bytes)
    {
        var body = new byte[bytes];
        _stream.ReadExactly(body);
        return Encoding.UTF8.GetString(body);
    }

    public void Secure()
    {
        var secured = new SslStream(_stream);
        secured.AuthenticateAsServer(_certificate, false, SslProtocols.None, false);
        _stream = secured;
    }

    public void Dispose()
    {
        if (!Directory.Exists(_folder)) return;
        _listener.Dispose();
        _stream.Dispose();
        _thread.Join(TimeSpan.FromSeconds(5));
        Directory.Delete(_folder, recursive: true);
    }

    private void Talk(Action<PretendServer> talk)
    {
        try
        {
            while (true)
            {
                using var client = _listener.AcceptTcpClient();
                _stream = client.GetStream();
                try
                {
                    talk(this);
                }
                catch (Exception gone) when (gone is IOException or AuthenticationException)
                {
                    // The client did not like it.
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var plain = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(plain.Export(X509ContentType.Pkcs12), null);
    }
}
