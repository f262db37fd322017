package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Assumptions;

import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.clients.RunningProgram;

import static org.assertj.core.api.Assertions.assertThat;

/// Real programs on free ports of loopback: mosquitto, openssl and nginx.
final class Programs implements AutoCloseable {
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final List<RunningProgram> running = new ArrayList<>();

    /// @param folder for their configuration
    Programs(Path folder) {
        this.folder = folder;
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// mosquitto with these lines of configuration.
    void mosquitto(String name, String lines) {
        Path file = write(name + ".conf", "log_dest stderr\nuser " + System.getProperty("user.name")
                + "\nper_listener_settings true\n" + lines);
        RunningProgram program = ExternalProgram.assumeFound("mosquitto").start(Map.of(),
                List.of("-c", file.toString()));
        running.add(program);
        program.await(line -> line.endsWith(" running"), PATIENCE);
    }

    /// A file with hashed passwords for mosquitto.
    Path passwords(String user, String password) {
        Path file = write("passwords", user + ":" + password + "\n");
        assertThat(ExternalProgram.assumeFound("mosquitto_passwd").run(PATIENCE, "-U", file.toString()).exitCode())
                .isZero();
        return file;
    }

    /// `openssl s_server` with these arguments.
    ///
    /// @return its port
    int openssl(Path certificate, Path key, String... arguments) {
        int port = Ports.free();
        List<String> all = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:" + port, "-cert",
                certificate.toString(), "-cert_chain", certificate.toString(), "-key", key.toString()));
        all.addAll(List.of(arguments));
        RunningProgram program = ExternalProgram.assumeFound("openssl").start(Map.of(), all);
        running.add(program);
        program.await(line -> line.startsWith("ACCEPT"), PATIENCE);
        return port;
    }

    /// nginx with these lines inside of `http { … }`.
    ///
    /// @param port one of those that the lines listen on
    void nginx(int port, String lines) {
        Path file = write("nginx.conf", """
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/t1;
                  proxy_temp_path %1$s/t2;
                  fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4;
                  scgi_temp_path %1$s/t5;
                %2$s
                }
                """.formatted(folder, lines));
        start(file, List.of(port));
    }

    private void start(Path configuration, List<Integer> ports) {
        RunningProgram program = ExternalProgram.assumeFound("nginx").start(Map.of(),
                List.of("-e", "stderr", "-c", configuration.toString()));
        running.add(program);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!ports.stream().allMatch(Programs::accepts)) {
            assertThat(System.nanoTime()).as("nginx listens\n" + program.said()).isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /// nginx with these lines inside of `stream { … }`.
    ///
    /// @param ports all that the lines listen on: one that is in use for a moment, nginx tries again
    void nginxStream(List<Integer> ports, String lines) {
        Assumptions.assumeTrue(Files.exists(STREAM_MODULE),
                "nginx has no stream module: Debian's package libnginx-mod-stream");
        Path file = write("stream.conf", """
                load_module %3$s;
                daemon off;
                pid %1$s/stream.pid;
                error_log stderr;
                events {}
                stream {
                %2$s
                }
                """.formatted(folder, lines, STREAM_MODULE));
        start(file, ports);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        running.forEach(RunningProgram::close);
    }
}
