package dev.gatehouse.simulator.net;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.RepeatedTest;

import dev.gatehouse.simulator.time.LoopThread;

import static org.assertj.core.api.Assertions.assertThat;

/// The air may be slow; it keeps the order.
class RadioNetworkTest {
    @RepeatedTest(20)
    void the_end_of_a_connection_never_overtakes_its_last_bytes() throws Exception {
        String sent = "0123456789".repeat(1500);
        try (LoopThread loop = new LoopThread("test");
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Network radio = new RadioNetwork(loop, new HostNetwork(loop, Map.of()), new Radio(5, 5, 0, 0), 1)) {
            Thread.startVirtualThread(() -> {
                try (Socket peer = server.accept(); OutputStream out = peer.getOutputStream()) {
                    out.write(sent.getBytes(StandardCharsets.ISO_8859_1));
                } catch (java.io.IOException broken) {
                    // The other side sees that something is missing.
                }
            });
            StringBuilder received = new StringBuilder();
            CompletableFuture<String> ended = new CompletableFuture<>();
            loop.post(() -> {
                Conduit _ = radio.connect("127.0.0.1", server.getLocalPort(), 0, 5000, 64_240, null, event -> {
                    if (event instanceof NetEvent.Received bytes) {
                        received.append(bytes.octets());
                    } else if (event instanceof NetEvent.Ended) {
                        ended.complete(received.toString());
                    }
                });
            });
            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(sent);
        }
    }
}
