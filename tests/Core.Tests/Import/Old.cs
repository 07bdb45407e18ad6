using System.Collections.Immutable;
using System.Text;
using Appliance.Core.Import;

namespace Appliance.Core.Tests.Import;

/// <summary>Small configurations of pairs as people wrote them, in names and numbers of their own.</summary>
internal static class Old
{
    public const string HaCf = """
        # Two telephone servers
        debugfile /var/log/ha-debug
        logfacility local0
        keepalive 2
        deadtime 30
        warntime 10
        initdead 120
        udpport 695
        bcast eth1
        serial /dev/ttyS0
        auto_failback on
        ping 172.16.5.1
        watchdog /dev/watchdog
        respawn hacluster /usr/lib/heartbeat/ipfail
        node vox-one.lan
        node vox-two.lan

        """;

    public const string Haresources =
        "vox-one.lan drbddisk::r0 Filesystem::/dev/drbd0::/replica::ext3 IPaddr::172.16.5.9/24/eth0/172.16.5.255 mysqld asterisk httpd\n";

    public const string Authkeys = "auth 1\n1 sha1 NobodyMaySeeThis\n";

    public const string DrbdConf = """
        global { usage-count no; }
        resource r0 {
          protocol C;
          startup { wfc-timeout 10; degr-wfc-timeout 30; } # at boot
          disk { on-io-error detach; }
          net {
            after-sb-0pri discard-younger-primary;
            after-sb-1pri discard-secondary;
            after-sb-2pri call-pri-lost-after-sb;
            cram-hmac-alg "sha1";
            shared-secret "NobodyMaySeeThisEither";
          }
          syncer { rate 100M; }
          on vox-one.lan {
            device /dev/drbd0; disk /dev/sda3; address 10.9.9.1:7788; meta-disk internal;
          }
          on vox-two.lan {
            device /dev/drbd0;
            disk /dev/sda3;
            address 10.9.9.2:7788;
            meta-disk internal;
          }
        }

        """;

    public const string CorosyncConf = """
        totem {
                version: 2
                token: 3000
                token_retransmits_before_loss_const: 10
                vsftype: none
                clear_node_high_bit: yes
                secauth: off
                rrp_mode: none
                interface {
                        ringnumber: 0
                        bindnetaddr: 172.20.0.0
                        mcastport: 5405
                        ttl: 1
                }
                transport: udpu
                cluster_name: ring-pbx
        }
        nodelist {
                node {
                        ring0_addr: 172.20.0.50
                }
                node {
                        ring0_addr: 172.20.0.51
                }
        }
        quorum {
                provider: corosync_votequorum
                expected_votes: 1
        }
        logging {
                to_syslog: yes
                logger_subsys {
                        subsys: AMF
                }
        }

        """;

    /// <summary>172.20.0.50 is 2886991922; without the highest bit 739508274.</summary>
    public const string CrmText = """
        node $id="739508274" tel-1
        node $id="739508275" tel-2
        primitive Tel-IP ocf:heartbeat:IPaddr2 \
            params ip="172.20.0.49" cidr_netmask="32" \
            op monitor interval="30s"
        primitive Tel-Service lsb:asterisk \
            op monitor interval="30s"
        colocation Service-With-IP inf: Tel-Service Tel-IP
        order Service-After-IP inf: Tel-IP Tel-Service
        property $id="cib-bootstrap-options" \
            dc-version="1.1.10-42f2063" \
            cluster-infrastructure="corosync" \
            stonith-enabled="false" \
            no-quorum-policy="ignore"
        rsc_defaults $id="rsc-options" \
            resource-stickiness="100"

        """;

    public const string AshaConf = """
        PRIMARY=true
        USENIC1=true
        CLUSTERIP=192.168.77.250
        CLUSTERALERT=ops@example.org
        SITEID=harbour
        ANODEIP=10.0.7.1
        BNODEIP=10.0.7.2
        ANODENAME=sark1
        BNODENAME=sark2
        DRBDDEV=/dev/sda5
        CLUSTERNET=10.0.7.0
        IP=10.0.7.1
        RHINOSPF=YES
        RHINOUSB=/dev/ttyUSB0

        """;

    /// <summary>What ASHA's scripts feed to crm, in names of its own.</summary>
    public const string AshaCrm = """
        primitive web lsb:apache2
        primitive tel ocf:heartbeat:asterisk \
                params realtime="false" monitor_sipuri="sip:x@192.168.77.250" \
                op monitor interval="10s" timeout="30" \
                meta target-role="Started"
        primitive blocks ocf:linbit:drbd \
                params drbd_resource="r0" \
                op start interval="0" timeout="240" \
                op stop interval="0" timeout="100"
        primitive files ocf:heartbeat:Filesystem \
                params fstype="ext3" device="/dev/drbd0" directory="/drbd" \
                op start interval="0" timeout="60"
        primitive address ocf:heartbeat:IPaddr2 \
                params ip="192.168.77.250" cidr_netmask="24" \
                op monitor interval="30s"
        primitive sql ocf:heartbeat:mysql \
                params config="/etc/mysql/my.cnf" socket="/var/run/mysqld/mysqld.sock" \
                op start interval="0" timeout="120"
        primitive mail ocf:heartbeat:MailTo \
                params email="ops@example.org" subject="harbour"
        primitive link_etc ocf:heartbeat:symlink \
                params target="/drbd/etc/asterisk" link="/etc/asterisk" backup_suffix=".active"
        primitive link_lib ocf:heartbeat:symlink \
                params target="/drbd/var/lib/asterisk" link="/var/lib/asterisk" backup_suffix=".active"
        group telephony files link_etc link_lib sql address web tel \
                meta target-role="Started"
        ms both blocks \
                meta notify="true" clone-max="2"
        clone mails mail
        colocation on_primary inf: telephony both:Master
        order primary_first inf: both:promote telephony:start
        property stonith-enabled="false" no-quorum-policy="ignore"
        commit

        """;

    public const string FastHaCf = """
        logfile /var/log/ha-log
        keepalive 200ms
        deadtime 2
        warntime 1
        initdead 120
        bcast eth0
        node bridge1
        node bridge2

        """;

    public const string BridgeResources = "bridge1 10.33.0.110 10.44.0.110 fixrouting fonulator asterisk\n";

    public const string RedfoneConf = """
        [globals]
        # the quad bridge
        fb=10.33.0.254
        port=1
        server=02:aa:bb:cc:dd:01
        priorities=0,1,2,3
        [span1]
        framing=esf
        encoding=b8zs
        [span2]
        framing=esf
        encoding=b8zs

        """;

    public static ImportFile File(string path, string text) => new(path, [.. Encoding.UTF8.GetBytes(text)], ImportFormats.ByName(path));

    public static ImportResult Run(params (string Path, string Text)[] files) => Run(new ImportOptions(), files);

    public static ImportResult Run(ImportOptions options, params (string Path, string Text)[] files) =>
        PairImport.Run([.. files.Select(file => File(file.Path, file.Text))], options);

    public static (string Path, string Text)[] Elastix { get; } =
    [
        ("etc/ha.d/ha.cf", HaCf), ("etc/ha.d/haresources", Haresources), ("etc/ha.d/authkeys", Authkeys), ("etc/drbd.conf", DrbdConf),
    ];

    public static (string Path, string Text)[] Ubuntu { get; } =
        [("etc/corosync/corosync.conf", CorosyncConf), ("crm-configure-show.txt", CrmText)];

    public static (string Path, string Text)[] Sark { get; } = [("opt/asha/asha.conf", AshaConf), ("asha-crm.txt", AshaCrm)];

    public static (string Path, string Text)[] SarkAlone { get; } = [("opt/asha/asha.conf", AshaConf)];

    public static (string Path, string Text)[] Bridge { get; } =
        [("etc/ha.d/ha.cf", FastHaCf), ("etc/ha.d/haresources", BridgeResources), ("etc/redfone.conf", RedfoneConf)];

    public static ImmutableArray<(string Name, (string Path, string Text)[] Files)> All { get; } =
        [("elastix", Elastix), ("ubuntu", Ubuntu), ("sark", Sark), ("sark-alone", SarkAlone), ("bridge", Bridge)];
}
