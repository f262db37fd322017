package dev.gatehouse.tests.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.SocketFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.Plan.ServerNameChoice;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.doctor.Certificates.Wish;

/// mosquitto, nginx and Gatehouse, healthy and configured wrongly.
class RealServersIT {
    private static final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private static Path folder;

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private static Programs programs() {
        Programs programs = new Programs(folder);
        open.add(programs);
        return programs;
    }

    @TestFactory
    Stream<DynamicTest> mosquitto_and_nginx() {
        Programs programs = programs();
        Certificates root = Certificates.selfSigned(Wish.authority("Root"));
        Certificates server = root.sign(Wish.server("acme.mq.test"));
        String tls = "certfile " + server.certificateFile(folder, "m") + "\nkeyfile " + server.keyFile(folder, "m")
                + "\n";
        X509Certificate trusted = root.certificate();
        int[] ports = Stream.generate(Ports::free).limit(12).mapToInt(port -> port).toArray();
        Path acl = programs.write("acl", "user eric\ntopic readwrite allowed/#\n");
        Path passwords = programs.passwords("eric", "secret");
        programs.mosquitto("open", listener(ports[0], "allow_anonymous true\n") + listener(ports[1],
                "allow_anonymous true\n" + tls) + listener(ports[2], "allow_anonymous true\nprotocol websockets\n")
                + listener(ports[3], "allow_anonymous true\nprotocol websockets\n" + tls));
        programs.mosquitto("closed",
                listener(ports[4], "allow_anonymous false\npassword_file " + passwords + "\nacl_file "
                        + acl + "\n") + listener(ports[5],
                                "require_certificate true\nallow_anonymous true\ncafile "
                                        + root.certificateFile(folder, "ca") + "\n" + tls));
        programs.nginx(ports[6], """
                server {
                  listen 127.0.0.1:%1$d;
                  location /mqtt { proxy_pass http://127.0.0.1:%2$d; proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
                  location /bare { proxy_pass http://127.0.0.1:%2$d/mqtt; proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
                    proxy_set_header Sec-WebSocket-Protocol ""; proxy_hide_header Sec-WebSocket-Protocol; }
                  location /down { proxy_pass http://127.0.0.1:%4$d; }
                  location /secret { return 403; }
                }
                server { listen 127.0.0.1:%3$d ssl; ssl_certificate %5$s; ssl_certificate_key %6$s; }
                """.formatted(ports[6], ports[2], ports[7], ports[8], folder.resolve("m.crt"),
                folder.resolve("m.key")));
        String host = "://acme.mq.test:";
        return Cases.run(List.of(
                Case.of("mosquitto", "mqtt" + host + ports[0]).healthy(),
                Case.of("mosquitto with TLS", "mqtts" + host + ports[1]).trusting(trusted).healthy(),
                Case.of("mosquitto with WebSocket", "ws" + host + ports[2] + "/mqtt").healthy(),
                Case.of("mosquitto with WebSocket and TLS", "wss" + host + ports[3] + "/mqtt").trusting(trusted)
                        .healthy(),
                Case.of("mosquitto with a password, on a topic that is allowed", "mqtt" + host + ports[4])
                        .as("eric", "secret").about("allowed/doctor").healthy(),
                Case.of("nginx in front of mosquitto", "ws" + host + ports[6] + "/mqtt").healthy(),
                Case.of("TLS to mosquitto's plain port", "mqtts" + host + ports[0]).impatient()
                        .fails(Stage.TLS_CLIENTHELLO, Cause.TLS_TO_PLAIN_PORT),
                Case.of("plain MQTT to mosquitto's TLS port", "mqtt" + host + ports[1]).impatient()
                        .fails(Stage.TLS_CLIENTHELLO, Cause.PLAIN_TO_TLS_PORT),
                Case.of("MQTT to mosquitto's WebSocket port", "mqtt" + host + ports[2]).impatient()
                        .fails(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT),
                Case.of("WebSocket to mosquitto's port for MQTT", "ws" + host + ports[0]).impatient()
                        .fails(Stage.WS_UPGRADE, Cause.WS_TO_TCP_PORT),
                Case.of("no user name", "mqtt" + host + ports[4]).fails(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING),
                Case.of("a wrong password", "mqtt" + host + ports[4]).as("eric", "wrong").fails(Stage.MQTT_AUTH,
                        Cause.CREDENTIALS_NOT_ACCEPTED),
                Case.of("a topic that the ACL forbids, MQTT 5", "mqtt" + host + ports[4]).as("eric", "secret")
                        .speaking(Version.MQTT_5).impatient().fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                Case.of("a topic that the ACL forbids, MQTT 3.1.1", "mqtt" + host + ports[4]).as("eric", "secret")
                        .speaking(Version.MQTT_3_1_1).impatient().fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                Case.of("mosquitto wants a client certificate", "mqtts" + host + ports[5]).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING),
                Case.of("MQTT to mosquitto's WebSocket port with TLS", "mqtts" + host + ports[3]).trusting(trusted)
                        .impatient().fails(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT),
                Case.of("WebSocket to mosquitto's TLS port for MQTT", "wss" + host + ports[1] + "/mqtt")
                        .trusting(trusted)
                        .impatient().fails(Stage.WS_UPGRADE, Cause.WS_TO_TCP_PORT),
                Case.of("nginx under a wrong path", "ws" + host + ports[6] + "/wrong").fails(Stage.WS_UPGRADE,
                        Cause.WS_WRONG_PATH),
                Case.of("nginx without the subprotocol", "ws" + host + ports[6] + "/bare").fails(Stage.WS_UPGRADE,
                        Cause.WS_SUBPROTOCOL),
                Case.of("nginx whose backend is down", "ws" + host + ports[6] + "/down").fails(Stage.PROXY,
                        Cause.PROXY_BACKEND_DOWN),
                Case.of("nginx that forbids", "ws" + host + ports[6] + "/secret").fails(Stage.WS_UPGRADE,
                        Cause.NOT_AUTHORIZED),
                Case.of("nginx with TLS, asked without", "ws" + host + ports[7] + "/mqtt").fails(Stage.TLS_CLIENTHELLO,
                        Cause.PLAIN_TO_TLS_PORT),
                Case.of("nginx in front of a WebSocket, asked for MQTT", "mqtt" + host + ports[6]).impatient().fails(
                        Stage.WS_UPGRADE,
                        Cause.TCP_TO_WS_PORT)));
    }

    private static String listener(int port, String lines) {
        return "listener " + port + " 127.0.0.1\n" + lines;
    }

    @TestFactory
    Stream<DynamicTest> gatehouse() throws Exception {
        Path home = Files.createDirectory(folder.resolve("gatehouse"));
        Path file = Files.writeString(home.resolve("gatehouse.yaml"),
                """
                        data: data
                        domain: mq.test
                        listeners:
                          - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: globex}
                          - {name: full, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: full}
                          - {name: proxied, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme, proxy-protocol: required, trusted-proxies: [127.0.0.1]}
                          - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                          - {name: ws, protocol: ws, host: 127.0.0.1, port: 0, tenant: acme}
                          - {name: wss, protocol: wss, host: 127.0.0.1, port: 0}
                        tenants:
                          - {name: acme, anonymous: true}
                          - name: globex
                            users:
                              - {name: eric, password: secret, publish: ["#"], subscribe: ["#"]}
                              - {name: narrow, password: secret, publish: [mine/#], subscribe: [mine/#]}
                          - {name: full, anonymous: true, limits: {connections-max: 1}}
                        """);
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        Service service = Service.start(Configuration.load(file, home, key), key, "test");
        open.add(service);
        X509Certificate ca = certificate(java.util.Objects.requireNonNull(service.caFile()));
        MqttClient occupant = MqttClient.connect(new Dialer(SocketFactory.getDefault(), null, null).dial(
                new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port(service, "full")),
                Deadline.in(Duration.ofSeconds(5))),
                ConnectOptions.of(Version.MQTT_5, "occupant"), Deadline.in(Duration.ofSeconds(5)));
        open.add(occupant);
        String tcp = "mqtt://127.0.0.1:" + port(service, "tcp");
        String globex = "mqtts://globex.mq.test:" + port(service, "tls");
        return Cases.run(List.of(
                Case.of("Gatehouse", tcp).as("eric", "secret").healthy(),
                Case.of("Gatehouse with TLS", globex).trusting(ca).as("eric", "secret").healthy(),
                Case.of("Gatehouse with WebSocket", "ws://127.0.0.1:" + port(service, "ws") + "/mqtt").healthy(),
                Case.of("Gatehouse with WebSocket and TLS", "wss://acme.mq.test:" + port(service, "wss") + "/mqtt")
                        .trusting(ca).healthy(),
                Case.of("a wrong password", globex).trusting(ca).as("eric", "wrong").fails(Stage.MQTT_AUTH,
                        Cause.BAD_CREDENTIALS),
                Case.of("no user name", globex).trusting(ca).fails(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING),
                Case.of("an unknown tenant", "mqtts://nobody.mq.test:" + port(service, "tls")).trusting(ca)
                        .as("eric", "secret").fails(Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS),
                Case.of("no server name", globex).trusting(ca).as("eric", "secret").sending(new ServerNameChoice.None())
                        .fails(Stage.TLS_CLIENTHELLO, Cause.SNI_MISSING),
                Case.of("a full tenant", "mqtt://127.0.0.1:" + port(service, "full")).speaking(Version.MQTT_5)
                        .fails(Stage.MQTT_AUTHZ, Cause.QUOTA_CONNECTIONS),
                Case.of("a topic that is not allowed", tcp).as("narrow", "secret").fails(Stage.MQTT_AUTHZ,
                        Cause.ACL_DENIED),
                Case.of("a topic that is allowed", tcp).as("narrow", "secret").about("mine/doctor").healthy(),
                Case.of("a listener that wants a PROXY header", "mqtt://127.0.0.1:" + port(service, "proxied"))
                        .impatient().fails(Stage.PROXY, Cause.PROXY_PROTOCOL_MISMATCH),
                Case.of("TLS to the plain port", "mqtts://127.0.0.1:" + port(service, "tcp")).impatient()
                        .fails(Stage.TLS_CLIENTHELLO, Cause.TLS_TO_PLAIN_PORT),
                Case.of("plain MQTT to the TLS port", "mqtt://globex.mq.test:" + port(service, "tls")).impatient()
                        .fails(Stage.TLS_CLIENTHELLO, Cause.PLAIN_TO_TLS_PORT),
                Case.of("a wrong path", "ws://127.0.0.1:" + port(service, "ws") + "/wrong").fails(Stage.WS_UPGRADE,
                        Cause.WS_WRONG_PATH),
                Case.of("MQTT to the WebSocket port", "mqtt://127.0.0.1:" + port(service, "ws")).impatient()
                        .fails(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT)));
    }

    private static int port(Service service, String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener)).findFirst()
                .orElseThrow().address().getPort();
    }

    private static X509Certificate certificate(Path file) throws IOException, CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }
}
