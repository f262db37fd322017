package dev.gatehouse.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;

/// A server on loopback for one connection, which does what a test tells it to.
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;

    interface Script {
        void run(Peer peer) throws IOException;
    }

    /// The connection from the server's side.
    record Peer(Socket socket) {
        /// Reads one packet whose remaining length takes one byte, as hex.
        String packet() throws IOException {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first < 0) {
                return "end";
            }
            int length = in.read();
            return "%02x%02x".formatted(first, length) + HexFormat.of().formatHex(in.readNBytes(length));
        }

        void send(String hex) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
            out.flush();
        }
    }

    ScriptedServer(Script script) throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            try (Socket socket = listening.accept()) {
                script.run(new Peer(socket));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
