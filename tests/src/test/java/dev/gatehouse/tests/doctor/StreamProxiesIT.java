package dev.gatehouse.tests.doctor;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.doctor.Certificates.Wish;

/// nginx in front of mosquitto, passing TCP through or ending TLS, as it should be and configured wrongly.
class StreamProxiesIT {
    private static final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private static Path folder;

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> nginx_in_front_of_mosquitto() {
        Programs programs = new Programs(folder);
        open.add(programs);
        Certificates root = Certificates.selfSigned(Wish.authority("Root"));
        Certificates server = root.sign(Wish.server("acme.mq.test"));
        X509Certificate trusted = root.certificate();
        Path certificate = server.certificateFile(folder, "m");
        Path key = server.keyFile(folder, "m");
        int[] ports = Stream.generate(Ports::free).limit(12).mapToInt(port -> port).toArray();
        int plain = ports[0];
        int tls = ports[1];
        int nobody = ports[2];
        programs.mosquitto("behind", "listener " + plain + " 127.0.0.1\nallow_anonymous true\n" + "listener " + tls
                + " 127.0.0.1\nallow_anonymous true\ncertfile " + certificate + "\nkeyfile " + key + "\n");
        String own = " ssl; ssl_certificate " + certificate + "; ssl_certificate_key " + key + ";";
        programs.nginxStream(Arrays.stream(ports, 3, 12).boxed().toList(),
                server(ports[3], "", plain, "") + server(ports[4], "", tls, "")
                        + server(ports[5], own, plain, "") + server(ports[6], "", nobody, "")
                        + server(ports[7], own, nobody, "")
                        + server(ports[8], own + " ssl_alpn h2;", plain, "")
                        + server(ports[9], "", plain, "proxy_protocol on;")
                        + server(ports[10], own, plain, "proxy_protocol on;")
                        + server(ports[11], own, tls, ""));
        String tcp = "mqtt://acme.mq.test:";
        String secured = "mqtts://acme.mq.test:";
        return Cases.run(List.of(
                Case.of("TCP passed through", tcp + ports[3]).healthy(),
                Case.of("TLS passed through", secured + ports[4]).trusting(trusted).healthy(),
                Case.of("TLS ended by nginx", secured + ports[5]).trusting(trusted).healthy(),
                Case.of("TCP, and the broker is down", tcp + ports[6]).impatient().fails(Stage.PROXY,
                        Cause.PROXY_BACKEND_DOWN),
                Case.of("TLS ended by nginx, and the broker is down", secured + ports[7]).trusting(trusted).impatient()
                        .fails(Stage.PROXY, Cause.PROXY_BACKEND_DOWN),
                Case.of("TLS ended by nginx, which wants another ALPN", secured + ports[8]).trusting(trusted)
                        .healthy(),
                Case.of("TCP, with a PROXY header that mosquitto does not expect", tcp + ports[9]).impatient().fails(
                        Stage.PROXY, Cause.PROXY_BACKEND_DOWN),
                Case.of("TLS, with a PROXY header that mosquitto does not expect", secured + ports[10])
                        .trusting(trusted).impatient().fails(Stage.PROXY, Cause.PROXY_BACKEND_DOWN),
                Case.of("TLS ended by nginx, and the broker wants TLS once more", secured + ports[11])
                        .trusting(trusted).impatient().fails(Stage.MQTT_CONNECT, Cause.CLOSED_AFTER_CONNECT)));
    }

    private static String server(int port, String listening, int behind, String more) {
        return "server { listen 127.0.0.1:%d%s proxy_pass 127.0.0.1:%d; %s }%n".formatted(port,
                listening.isEmpty() ? ";" : listening, behind, more);
    }
}
