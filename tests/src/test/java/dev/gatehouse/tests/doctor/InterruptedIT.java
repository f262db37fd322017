package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.RunningProgram;

import static org.assertj.core.api.Assertions.assertThat;

/// Whoever loses patience is told where the time went.
class InterruptedIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void who_ends_it_early_is_told_in_which_step_it_was() throws IOException {
        ExternalProgram java = new ExternalProgram(Path.of(System.getProperty("java.home"), "bin", "java"));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RunningProgram doctor = java.start(Map.of(), List.of("-cp", System.getProperty("java.class.path"),
                        "dev.gatehouse.cli.Gatehouse", "doctor", "mqtt://127.0.0.1:" + silent.getLocalPort(),
                        "--timeout", "60"))) {
            silent.setSoTimeout((int) PATIENCE.toMillis());
            try (Socket _ = silent.accept(); Socket _ = silent.accept()) { // whether it accepts, and CONNECT
                doctor.terminate(PATIENCE);
                assertThat(doctor.said())
                        .contains("gatehouse: interrupted while saying an MQTT CONNECT, so there is no "
                                + "verdict; --timeout SECONDS makes the steps shorter");
            }
        }
    }
}
