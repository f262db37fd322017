package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.ModemTls;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;
import dev.gatehouse.tests.doctor.Certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// TLS that the modem does, against a server that says what it saw.
@Timeout(60)
class ModemTlsIT {
    private static final String CA = "ca.pem";

    @TempDir
    Path folder;
    @TempDir
    Path other;
    private Certified certified;
    private Rig rig;
    private ServerSocket server;
    /// The server name of each connection, `none` when there was none.
    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        certified = Certified.in(folder);
        rig = Rig.online();
        server = certified.listening();
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().start(() -> greet(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void greet(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            List<String> requested = ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames().stream()
                    .map(name -> new SNIHostName(name.getEncoded()).getAsciiName()).toList();
            names.add(requested.isEmpty() ? "none" : requested.getFirst());
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        } catch (IOException e) {
            // The client did not want this certificate, or has closed: it knows.
            return;
        }
    }

    private Socket connect(ModemTls how) throws IOException {
        return connect(how, server);
    }

    private static String greeting(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
    }

    private static Trouble trouble(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof ModemException modem) {
                return modem.trouble();
            }
        }
        throw new AssertionError("nothing of the modem's in it", thrown);
    }

    @Test
    void certificates_are_stored_replaced_listed_and_deleted() throws Exception {
        rig.modem().certificates().store(CA, "first".getBytes(StandardCharsets.US_ASCII));
        rig.modem().certificates().store(CA, certified.authorityFile());
        rig.modem().certificates().store("other.der", new byte[10_240]);
        assertThat(rig.modem().certificates().list()).containsExactlyInAnyOrder(CA, "other.der");
        rig.modem().certificates().delete("other.der");
        assertThat(rig.modem().certificates().list()).containsExactly(CA);
        assertThatThrownBy(() -> rig.modem().certificates().store("big.pem", new byte[10_241]))
                .hasMessageContaining("10240");
        assertThatThrownBy(() -> rig.modem().certificates().store("a\".pem", new byte[10]))
                .isInstanceOfSatisfying(ModemException.class,
                        e -> assertThat(e.trouble()).isEqualTo(Trouble.UNSAFE_TEXT));
        assertThatThrownBy(() -> rig.modem().certificates().delete("never.pem"))
                .isInstanceOfSatisfying(ModemException.class, e -> assertThat(e.trouble()).isEqualTo(Trouble.REFUSED));
    }

    @Test
    void the_server_name_is_sent_unless_it_is_switched_off() throws Exception {
        rig.modem().certificates().store(CA, certified.authorityFile());
        try (Socket socket = connect(ModemTls.checking(CA))) {
            assertThat(greeting(socket)).isEqualTo("hello");
        }
        assertThat(names.poll(10, TimeUnit.SECONDS)).isEqualTo(Rig.HOST);
        try (Socket socket = connect(ModemTls.checking(CA).withoutServerName())) {
            assertThat(greeting(socket)).isEqualTo("hello");
        }
        assertThat(names.poll(10, TimeUnit.SECONDS)).isEqualTo("none");
    }

    @Test
    void a_certificate_of_another_authority_is_refused_unless_nobody_checks() throws Exception {
        rig.modem().certificates().store("stranger.pem", Certified.in(other).authorityFile());
        assertThatThrownBy(() -> connect(ModemTls.checking("stranger.pem"))).isInstanceOfSatisfying(
                SSLHandshakeException.class, e -> assertThat(trouble(e)).isEqualTo(Trouble.TLS_FAILED));
        try (Socket socket = connect(ModemTls.unchecked())) {
            assertThat(greeting(socket)).isEqualTo("hello");
        }
    }

    @Test
    void a_certificate_that_is_not_stored_is_said_so() {
        assertThatThrownBy(() -> connect(ModemTls.checking("missing.pem"))).isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(trouble(e)).isEqualTo(Trouble.TLS_FAILED));
    }

    @Test
    void a_modem_that_does_not_take_the_mode_is_not_trusted_to_check() throws Exception {
        rig.modem().certificates().store(CA, certified.authorityFile());
        rig.simulator().fault("error:on=+CSSLCFG=\"authmode\"");
        assertThatThrownBy(() -> connect(ModemTls.checking(CA))).hasMessageContaining("authmode");
        assertThat(names).isEmpty();
    }

    @Test
    void a_certificate_of_ones_own_that_the_server_does_not_take_is_a_failed_handshake() throws Exception {
        try (SSLServerSocket strict = (SSLServerSocket) certified.listening()) {
            strict.setNeedClientAuth(true);
            Thread.ofVirtual().start(() -> {
                try (Socket socket = strict.accept()) {
                    int _ = socket.getInputStream().read();
                } catch (IOException e) {
                    return; // refused, as the test sees
                }
            });
            rig.modem().certificates().store(CA, certified.authorityFile());
            rig.modem().certificates().store("own.pem", Files.readAllBytes(folder.resolve("server.crt")));
            rig.modem().certificates().store("key.pem", Files.readAllBytes(folder.resolve("server.key")));
            // A server's certificate is none for a client.
            ModemTls how = ModemTls.checking(CA).withClient("own.pem", "key.pem");
            assertThatThrownBy(() -> rig.modem().tlsSocketFactory(how).createSocket(Rig.HOST, strict.getLocalPort())
                    .getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(rig.simulator().log()).anySatisfy(
                    entry -> assertThat(entry.octets()).contains("\"authmode\",0,2"));
        }
    }

    @Test
    void with_a_certificate_of_its_own_the_modem_is_let_in_and_without_or_with_a_strange_one_it_is_not()
            throws Exception {
        Certificates devices = Certificates.selfSigned(Certificates.Wish.authority("devices"));
        Certificates meter = devices.sign(Certificates.Wish.server());
        Certificates stranger = Certificates.selfSigned(Certificates.Wish.server());
        Certified demanding = Certified.in(other, devices.certificate());
        BlockingQueue<String> let = new LinkedBlockingQueue<>();
        try (SSLServerSocket strict = (SSLServerSocket) demanding.listening()) {
            strict.setNeedClientAuth(true);
            Thread.ofVirtual().start(() -> letIn(strict, let));
            rig.modem().certificates().store(CA, demanding.authorityFile());
            store("meter", meter);
            store("stranger", stranger);
            ModemTls checking = ModemTls.checking(CA);
            try (Socket socket = connect(checking.withClient("meter.pem", "meter.key.pem"), strict)) {
                assertThat(greeting(socket)).isEqualTo("hello");
            }
            assertThat(let.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(meter.certificate().getSubjectX500Principal().getName());
            assertThat(rig.simulator().log()).anySatisfy(
                    entry -> assertThat(entry.octets()).contains("\"authmode\",0,2"));
            for (ModemTls how : List.of(checking, checking.withClient("stranger.pem", "stranger.key.pem"))) {
                assertThatThrownBy(() -> connect(how, strict)).isInstanceOfSatisfying(
                        SSLHandshakeException.class, e -> assertThat(trouble(e)).isEqualTo(Trouble.TLS_FAILED));
            }
            assertThat(let).isEmpty();
        }
    }

    private void store(String name, Certificates what) throws IOException {
        rig.modem().certificates().store(name + ".pem", Files.readAllBytes(what.certificateFile(folder, name)));
        rig.modem().certificates().store(name + ".key.pem", Files.readAllBytes(what.keyFile(folder, name)));
    }

    private Socket connect(ModemTls how, ServerSocket to) throws IOException {
        return rig.modem().tlsSocketFactory(how).createSocket(Rig.HOST, to.getLocalPort());
    }

    /// @param let who was let in
    private static void letIn(SSLServerSocket server, BlockingQueue<String> let) {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
                let.add(socket.getSession().getPeerPrincipal().getName());
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                int _ = socket.getInputStream().read();
            } catch (IOException e) {
                // Refused, as the test sees, or closed.
            }
        }
    }

    @Test
    void two_at_once_and_the_third_is_refused_until_one_is_closed() throws Exception {
        ModemTls how = ModemTls.unchecked();
        try (Socket first = connect(how)) {
            Socket second = connect(how);
            assertThat(greeting(first) + greeting(second)).isEqualTo("hellohello");
            assertThatThrownBy(() -> connect(how)).isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(trouble(e)).isEqualTo(Trouble.NO_FREE_LINK));
            second.close();
            try (Socket third = connect(how)) {
                assertThat(greeting(third)).isEqualTo("hello");
            }
        }
    }

    @Test
    void a_service_that_stops_fails_its_sockets_and_is_started_again() throws Exception {
        try (Socket socket = connect(ModemTls.unchecked())) {
            assertThat(greeting(socket)).isEqualTo("hello");
            rig.simulator().fault("cch-stop");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(trouble(e)).isEqualTo(Trouble.NETWORK_LOST));
        }
        try (Socket socket = connect(ModemTls.unchecked())) {
            assertThat(greeting(socket)).isEqualTo("hello");
        }
    }
}
