package dev.gatehouse.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A TCP port of the loopback interface: a command per line, its answer, and an empty line.
final class ControlPort implements AutoCloseable {
    private static final int BACKLOG = 4;

    private final Simulator simulator;
    private final ServerSocket server;

    ControlPort(Simulator simulator, int port) throws IOException {
        this.simulator = simulator;
        this.server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // So it is.
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank()) {
                    String answer = simulator.control(line) + "\n\n";
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    client.getOutputStream().flush();
                }
            }
        } catch (IOException gone) {
            // Whoever it was has left.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
