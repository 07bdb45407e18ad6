namespace Appliance.Core.Import.Resources;

/// <summary>Init scripts whose systemd unit on Debian is known.</summary>
internal static class KnownServices
{
    /// <summary>Null: not known.</summary>
    public static string? UnitOf(string script) => script switch
    {
        "asterisk" => "asterisk.service",
        "mysql" or "mysqld" or "mariadb" => "mariadb.service",
        "apache" or "apache2" or "httpd" => "apache2.service",
        "postgresql" => "postgresql.service",
        "nginx" => "nginx.service",
        "lighttpd" => "lighttpd.service",
        "postfix" => "postfix.service",
        "exim4" => "exim4.service",
        "named" or "bind9" => "named.service",
        "dhcpd" or "isc-dhcp-server" => "isc-dhcp-server.service",
        "dnsmasq" => "dnsmasq.service",
        "tftpd" or "tftpd-hpa" => "tftpd-hpa.service",
        "vsftpd" => "vsftpd.service",
        "fail2ban" => "fail2ban.service",
        "snmpd" => "snmpd.service",
        "smb" or "smbd" or "samba" => "smbd.service",
        "nfs" or "nfs-kernel-server" => "nfs-server.service",
        "cron" or "crond" => "cron.service",
        "openvpn" => "openvpn.service",
        "freeradius" or "radiusd" => "freeradius.service",
        "kamailio" => "kamailio.service",
        "opensips" => "opensips.service",
        _ => null,
    };

    /// <summary>TOML of the probe for a unit; empty: none.</summary>
    public static string ProbeOf(string unit) => unit switch
    {
        "asterisk.service" => "{ type = \"asterisk\" }",
        "mariadb.service" => "{ type = \"mysql\" }",
        _ => "",
    };
}
