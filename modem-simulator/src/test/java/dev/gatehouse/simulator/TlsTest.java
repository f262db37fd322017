package dev.gatehouse.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// TLS inside the modem, against a server of the JDK.
class TlsTest {
    private final LinkedBlockingQueue<String> serverNames = new LinkedBlockingQueue<>();
    private final Authority authority;
    private final Simulator simulator;
    private final User user;

    TlsTest() throws Exception {
        authority = new Authority();
        simulator = Simulator.start(SimulatorOptions.fast().withName("tenant.example", "127.0.0.1"));
        user = new User(simulator);
    }

    @BeforeEach
    void start() throws Exception {
        user.command("ATE0");
        user.command("AT+CCHSET=1,1");
        user.command("AT+CCHSTART", "+CCHSTART: 0\r\n");
    }

    @AfterEach
    void end() throws Exception {
        user.close();
        simulator.close();
    }

    @Test
    void out_of_the_box_no_certificate_is_looked_at_and_no_server_name_is_sent() throws Exception {
        try (SSLServerSocket server = serving(authority.identity("whoever"), false)) {
            open(server, 0);
            assertThat(name()).isEmpty();
            user.command("AT+CCHSEND=0,5", "\r\n>");
            user.type("hello");
            user.until("\r\nOK\r\n\r\n+CCHSEND: 0,0\r\n");
            user.until("+CCHEVENT: 0,RECV EVENT\r\n");
            assertThat(user.command("AT+CCHRECV=0,1500", "+CCHRECV: 0,0\r\n"))
                    .isEqualTo("\r\nOK\r\n\r\n+CCHRECV: DATA,0,5\r\nhello\r\n+CCHRECV: 0,0\r\n");
        }
    }

    @Test
    void with_enableSNI_the_host_of_the_command_is_the_server_name_unless_a_fault_forbids_it() throws Exception {
        try (SSLServerSocket server = serving(authority.identity("whoever"), false)) {
            user.command("AT+CSSLCFG=\"enableSNI\",0,1");
            open(server, 0);
            assertThat(name()).isEqualTo("tenant.example");
            user.command("AT+CCHCLOSE=0", "+CCHCLOSE: 0,0\r\n");
            simulator.fault("no-sni");
            open(server, 0);
            assertThat(name()).isEmpty();
        }
    }

    @Test
    void with_authmode_1_only_a_certificate_of_the_authority_will_do() throws Exception {
        upload("ca.pem", authority.file());
        user.command("AT+CSSLCFG=\"cacert\",0,\"ca.pem\"");
        user.command("AT+CSSLCFG=\"authmode\",0,1");
        try (SSLServerSocket server = serving(authority.identity("another name"), false)) {
            open(server, 0);
        }
        user.command("AT+CCHCLOSE=0", "+CCHCLOSE: 0,0\r\n");
        Authority other = new Authority();
        try (SSLServerSocket server = serving(other.server(other.identity("stranger")), false)) {
            open(server, 15);
        }
    }

    @Test
    void dates_count_only_when_the_local_time_is_not_ignored() throws Exception {
        upload("ca.pem", authority.file());
        user.command("AT+CSSLCFG=\"cacert\",0,\"ca.pem\"");
        user.command("AT+CSSLCFG=\"authmode\",0,1");
        try (SSLServerSocket server = serving(authority.identity("late", Instant.now().minusSeconds(50),
                Instant.now().minusSeconds(10)), false)) {
            open(server, 0);
            user.command("AT+CCHCLOSE=0", "+CCHCLOSE: 0,0\r\n");
            user.command("AT+CSSLCFG=\"ignorelocaltime\",0,0");
            open(server, 15);
        }
        try (SSLServerSocket server = serving(authority.identity("good"), false)) {
            open(server, 0);
            user.command("AT+CCHCLOSE=0", "+CCHCLOSE: 0,0\r\n");
            simulator.fault("clock:year=1980");
            open(server, 15);
        }
    }

    @Test
    void with_authmode_2_the_modem_shows_its_own_certificate() throws Exception {
        try (SSLServerSocket server = serving(authority.identity("strict"), true)) {
            open(server, 15);
            upload("ca.pem", authority.file());
            user.command("AT+CSSLCFG=\"cacert\",0,\"ca.pem\"");
            user.command("AT+CSSLCFG=\"authmode\",0,2");
            open(server, 19);
            Authority.Identity device = authority.identity("device");
            upload("client.pem", device.certificateFile());
            upload("client_key.pem", device.keyFile());
            user.command("AT+CSSLCFG=\"clientcert\",0,\"client.pem\"");
            user.command("AT+CSSLCFG=\"clientkey\",0,\"client_key.pem\"");
            open(server, 0);
            assertThat(name()).isEmpty();
        }
    }

    @Test
    void a_version_that_the_server_does_not_speak_is_a_failed_handshake() throws Exception {
        user.command("AT+CSSLCFG=\"sslversion\",0,1");
        try (SSLServerSocket server = serving(authority.identity("modern"), false)) {
            open(server, 15);
        }
    }

    private void upload(String name, String content) throws Exception {
        user.command("AT+CCERTDOWN=\"" + name + "\"," + content.length(), "\r\n>");
        user.type(content);
        user.until("OK\r\n");
    }

    private void open(SSLServerSocket server, int result) throws Exception {
        assertThat(user.command("AT+CCHOPEN=0,\"tenant.example\"," + server.getLocalPort() + ",2", "+CCHOPEN: 0,"))
                .isEqualTo("\r\nOK\r\n\r\n+CCHOPEN: 0,");
        assertThat(user.until("\r\n")).isEqualTo(result + "\r\n");
    }

    /// The server name that came; empty for none.
    private String name() throws InterruptedException {
        String name = serverNames.poll(10, TimeUnit.SECONDS);
        assertThat(name).isNotNull();
        return String.valueOf(name);
    }

    private SSLServerSocket serving(Authority.Identity identity, boolean withClients) throws Exception {
        return serving(authority.server(identity), withClients);
    }

    private SSLServerSocket serving(SSLContext context, boolean withClients) throws Exception {
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 8,
                InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(withClients);
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    SSLSocket client = (SSLSocket) server.accept();
                    Thread.startVirtualThread(() -> echo(client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return server;
    }

    private void echo(SSLSocket client) {
        try (client) {
            client.startHandshake();
            List<SNIServerName> names = ((ExtendedSSLSession) client.getSession()).getRequestedServerNames();
            serverNames.add(names.isEmpty()
                    ? ""
                    : new String(names.getFirst().getEncoded(), StandardCharsets.US_ASCII));
            byte[] buffer = new byte[4096];
            for (int bytes = client.getInputStream().read(buffer); bytes > 0; bytes = client.getInputStream().read(
                    buffer)) {
                client.getOutputStream().write(buffer, 0, bytes);
            }
        } catch (IOException refused) {
            // The test sees the modem's side of it.
        }
    }
}
