package dev.gatehouse.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.Credential;
import dev.gatehouse.server.access.Origin;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.access.UserEntry;
import dev.gatehouse.server.config.Configuration.NoSni;
import dev.gatehouse.server.config.Listener.Protocol;
import dev.gatehouse.server.config.Listener.ProxyProtocol;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationTest {
    private final ProcessKey key = ProcessKey.draw(new SplittableRandom(1));

    @TempDir
    private Path folder;

    private Configuration load(String yaml) throws IOException, ConfigurationProblems {
        Path file = folder.resolve("gatehouse.yaml");
        Files.writeString(file, yaml);
        return Configuration.load(file, folder.resolve("elsewhere"), key);
    }

    private static UserEntry user(TenantSettings tenant, String name) {
        return Objects.requireNonNull(tenant.entry().users().get(name));
    }

    @Test
    void a_whole_file_with_three_tenants_is_read() throws Exception {
        Configuration configuration = load("""
                data: DIR
                domain: mq.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 21883, tenant: acme}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 28883}
                  - {name: ws,  protocol: ws,  host: 127.0.0.1, port: 28083, tenant: acme}
                  - {name: wss, protocol: wss, host: 127.0.0.1, port: 28884}
                tls: {certificate: server.crt, key: server.key}   # left out: development certificates
                no-sni: refuse            # or: resolve
                tenants:
                  - name: acme
                    anonymous: true
                    hosts: [mqtt.acme.example]
                  - name: globex
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                  - name: initech
                    users: [{name: peter, password: other, publish: ["#"], subscribe: ["#"]}]
                """);

        assertThat(configuration.data()).isEqualTo(folder.resolve("DIR"));
        assertThat(configuration.domain()).isEqualTo("mq.test");
        assertThat(configuration.listeners()).extracting(Listener::name).containsExactly("tcp", "tls", "ws", "wss");
        assertThat(configuration.listeners()).extracting(Listener::protocol)
                .containsExactly(Protocol.MQTT, Protocol.MQTTS, Protocol.WS, Protocol.WSS);
        assertThat(configuration.listeners()).extracting(Listener::port).containsExactly(21883, 28883, 28083, 28884);
        assertThat(configuration.listeners()).extracting(Listener::tenant).containsExactly("acme", null, "acme", null);
        assertThat(configuration.tls().files())
                .isEqualTo(new CertificateFiles(folder.resolve("server.crt"), folder.resolve("server.key")));
        assertThat(configuration.noSni()).isEqualTo(NoSni.REFUSE);
        assertThat(configuration.tenants().values()).extracting(TenantSettings::name)
                .containsExactly("acme", "globex", "initech");
        assertThat(configuration.tenants().firstEntry().getValue().entry().anonymous()).isTrue();
        assertThat(configuration.tenants().firstEntry().getValue().entry().hosts())
                .containsExactly("mqtt.acme.example");
        UserEntry eric = user(Objects.requireNonNull(configuration.tenants().get("globex")), "eric");
        assertThat(eric.credential()).isEqualTo(key.keyed(Secret.of("secret")));
        assertThat(eric.origin()).isEqualTo(new Origin.File(folder.resolve("gatehouse.yaml").toString(), 15));
        assertThat(configuration.warnings()).isEmpty();
    }

    /// Every key, each with a value that is not its default.
    static final String EVERYTHING = """
            data: /srv/gatehouse
            domain: MQ.Example.
            no-sni: resolve
            connect-timeout-ms: 5000
            listeners:
              - name: outside
                protocol: mqtt
                host: 0.0.0.0
                port: 1
                tenant: acme
                proxy-protocol: optional
                trusted-proxies: [10.1.0.0/16, "fd00::/8", 192.0.2.7]
            tls:
              certificate: /etc/gatehouse/server.crt
              key: keys/server.key
              version-min: 1.3
            tenants:
              - name: acme
                anonymous: true
                hosts: [MQTT.acme.example.]
                certificate: acme.crt
                key: acme.key
                users:
                  - {name: eric, password: "s3cret", publish: [a/%u/#], subscribe: []}
                  - name: imported
                    password-hash: '$2b$04$abcdefghijklmnopqrstuuR0V0iO1T0BvkDqL1yGVsKzKsXGQkHhy'
                limits: {connections-max: 21, packet-bytes-max: 200, retain: true}
            limits:
              packet-bytes-max: 1001
              receive-maximum: 1002
              topic-alias-maximum: 1003
              keep-alive-seconds-max: 1004
              session-expiry-seconds-max: 4294967295
              connections-max: 1006
              sessions-max: 1007
              subscriptions-max: 1008
              queue-messages-max: 1009
              queue-bytes-max: 1010
              retained-messages-max: 1011
              retained-bytes-max: 1012
              client-id-bytes-max: 1013
              topic-levels-max: 1014
              qos-max: 1
              retain: false
              wildcard-subscriptions: false
              subscription-identifiers: false
              shared-subscriptions: false
              topic-alias-sent-maximum: 1015
              response-topic-prefix: replies/%c/
            journal: {sync: every-second}
            trail: {days: 8, attempts-max: 1015, bytes-max: 1000016}
            authentication: {threads: 3, queue-max: 1017, cache-seconds: 0, cache-entries-max: 1018, scram-iterations: 5000}
            """;

    @Test
    void every_key_arrives_where_it_belongs() throws Exception {
        Configuration configuration = load(EVERYTHING);

        assertThat(configuration.data()).isEqualTo(Path.of("/srv/gatehouse"));
        assertThat(configuration.domain()).isEqualTo("mq.example");
        assertThat(configuration.noSni()).isEqualTo(NoSni.RESOLVE);
        assertThat(configuration.connectTimeoutMillis()).isEqualTo(5000);
        Listener listener = configuration.listeners().getFirst();
        assertThat(listener.host()).isEqualTo("0.0.0.0");
        assertThat(listener.proxyProtocol()).isEqualTo(ProxyProtocol.OPTIONAL);
        assertThat(listener.trustedProxies()).hasSize(3);
        assertThat(listener.trustedProxies().get(0).contains(InetAddress.ofLiteral("10.1.255.3"))).isTrue();
        assertThat(configuration.tls().files()).isEqualTo(
                new CertificateFiles(Path.of("/etc/gatehouse/server.crt"), folder.resolve("keys/server.key")));
        assertThat(configuration.tls().versionMin()).isEqualTo(Tls.Version.TLS_1_3);
        TenantSettings acme = configuration.tenants().firstEntry().getValue();
        assertThat(acme.entry().hosts()).containsExactly("mqtt.acme.example");
        assertThat(configuration.certificateOf("acme"))
                .isEqualTo(new CertificateFiles(folder.resolve("acme.crt"), folder.resolve("acme.key")));
        assertThat(configuration.certificateOf("other")).isNull();
        UserEntry eric = user(acme, "eric");
        assertThat(eric.permissions().publish()).containsExactly("a/%u/#");
        assertThat(eric.permissions().subscribe()).isEmpty();
        UserEntry imported = user(acme, "imported");
        assertThat(imported.credential()).isInstanceOf(Credential.Hashed.class);
        assertThat(imported.permissions().publish()).as("left out: every topic").containsExactly("#");
        Limits own = new Limits(1001, 1002, 1003, 1004, 4_294_967_295L, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                1014, 1, false, false, false, false, 1015, "replies/%c/");
        assertThat(configuration.limits()).isEqualTo(own);
        assertThat(configuration.limitsOf("added-later")).isEqualTo(own);
        assertThat(configuration.limitsOf("acme")).isEqualTo(new Limits(200, 1002, 1003, 1004, 4_294_967_295L, 21, 1007,
                1008, 1009, 1010, 1011, 1012, 1013, 1014, 1, true, false, false, false, 1015, "replies/%c/"));
        assertThat(configuration.sync()).isEqualTo(Configuration.Sync.EVERY_SECOND);
        assertThat(configuration.trail()).isEqualTo(new Configuration.Trail(8, 1015, 1_000_016));
        assertThat(configuration.authentication()).isEqualTo(new Configuration.Authentication(3, 1017, 0, 1018, 5_000));
    }

    @Test
    void what_is_left_out_has_the_documented_default() throws Exception {
        Configuration configuration = load("listeners: [{name: a, protocol: mqtts, port: 0}]");

        assertThat(configuration.data()).as("the one that --data names").isEqualTo(folder.resolve("elsewhere"));
        assertThat(configuration.domain()).isEqualTo("mq.localhost");
        assertThat(configuration.noSni()).isEqualTo(NoSni.REFUSE);
        assertThat(configuration.connectTimeoutMillis()).isEqualTo(10_000);
        assertThat(configuration.listeners()).containsExactly(
                new Listener("a", Protocol.MQTTS, "127.0.0.1", 0, null, ProxyProtocol.OFF, List.of()));
        assertThat(configuration.tls()).isEqualTo(new Tls(null, Tls.Version.TLS_1_2));
        assertThat(configuration.tenants()).isEmpty();
        assertThat(configuration.limits().packetBytesMax()).isEqualTo(1 << 20);
        assertThat(configuration.sync()).isEqualTo(Configuration.Sync.ALWAYS);
        assertThat(configuration.trail().days()).isEqualTo(7);
        assertThat(configuration.authentication().threads()).isPositive();
    }

    @Test
    void without_a_file_there_is_a_demo_tenant_on_the_loopback_address() {
        Configuration configuration = Configuration.defaults(folder);

        assertThat(configuration.file()).isNull();
        assertThat(configuration.data()).isEqualTo(folder);
        assertThat(configuration.listeners()).extracting(Listener::port).containsExactly(1883, 8883, 8884);
        assertThat(configuration.listeners()).allMatch(listener -> listener.host().equals("127.0.0.1"));
        assertThat(configuration.listeners().getFirst().tenant()).isEqualTo("demo");
        assertThat(configuration.tenantEntries()).hasSize(1);
        assertThat(configuration.tenantEntries().getFirst().hosts()).containsExactly("localhost");
        assertThat(configuration.tenantEntries().getFirst().anonymous()).isTrue();
        assertThat(configuration.tenantEntries().getFirst().origin()).isEqualTo(new Origin.BuiltIn());
        assertThat(configuration.tls().files()).isNull();
        assertThat(configuration.noSni()).isEqualTo(NoSni.REFUSE);
    }

    @Test
    void a_listener_for_a_tenant_that_is_not_in_the_file_is_a_warning() throws Exception {
        Configuration configuration = load("""
                listeners: [{name: a, protocol: mqtt, port: 1883, tenant: acmee}]
                tenants: [{name: acme}]
                """);

        assertThat(configuration.warnings()).hasSize(1);
        assertThat(configuration.warnings().getFirst().line()).isEqualTo(1);
        assertThat(configuration.warnings().getFirst().sentence()).isEqualTo(
                "tenant 'acmee' is not in this file, did you mean 'acme'? Until it is added with 'gatehouse tenant add "
                        + "acmee', every client of this listener is refused");
    }

    @Test
    void a_domain_whose_development_certificate_OpenSSL_and_Node_refuse_is_a_warning() throws Exception {
        String tls = "listeners: [{name: a, protocol: mqtts, port: 0}]\n";

        assertThat(load("domain: test\n" + tls).warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.line()).isEqualTo(1);
            assertThat(warning.sentence()).isEqualTo("'domain' has a single label, and OpenSSL and Node refuse the "
                    + "development certificate's *.test; give it two, such as mq.test");
        });
        assertThat(load("domain: mq.test\n" + tls).warnings()).isEmpty();
        assertThat(load("domain: test\n" + tls.replace("mqtts", "mqtt")).warnings()).as("no TLS").isEmpty();
        assertThat(load("domain: test\ntls: {certificate: a, key: b}\n" + tls).warnings()).as("own files").isEmpty();
        assertThat(load(tls).warnings()).as("the default").isEmpty();
    }

    @Test
    void no_password_or_hash_can_be_printed() throws Exception {
        assertThat(load(EVERYTHING).toString()).contains("eric").doesNotContain("s3cret").doesNotContain("$2b$");
    }

    @Test
    void a_range_of_addresses_contains_what_its_prefix_says() {
        AddressRange odd = AddressRange.parse("10.1.128.0/17");
        assertThat(odd.contains(InetAddress.ofLiteral("10.1.128.0"))).isTrue();
        assertThat(odd.contains(InetAddress.ofLiteral("10.1.255.255"))).isTrue();
        assertThat(odd.contains(InetAddress.ofLiteral("10.1.127.255"))).isFalse();
        assertThat(odd.contains(InetAddress.ofLiteral("10.2.128.0"))).isFalse();
        assertThat(odd.contains(InetAddress.ofLiteral("::ffff:10.1.200.1"))).as("IPv4 in IPv6").isTrue();
        assertThat(odd.contains(InetAddress.ofLiteral("2001:db8::1"))).isFalse();
        assertThat(AddressRange.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("203.0.113.9"))).isTrue();
        assertThat(AddressRange.parse("192.0.2.7").contains(InetAddress.ofLiteral("192.0.2.8"))).isFalse();
        assertThat(AddressRange.parse("2001:db8::/33").contains(InetAddress.ofLiteral("2001:db8:7fff::1"))).isTrue();
        assertThat(AddressRange.parse("2001:db8::/33").contains(InetAddress.ofLiteral("2001:db8:8000::1"))).isFalse();
    }
}
