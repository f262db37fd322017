package dev.gatehouse.tests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports of loopback for programs that cannot pick their own.
public final class Ports {
    private static final int FIRST_PORT = 20_000;
    private static final int FIRST_GIVEN_PORT = 32_768;

    private Ports() {}

    /// A port that is free now, and that no connection of anybody's is given until the program listens on it: systems
    /// take those from 32768 on (Linux, `ip_local_port_range`).
    public static int free() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_GIVEN_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // another one, then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("no free port from " + FIRST_PORT + " to " + FIRST_GIVEN_PORT);
    }
}
