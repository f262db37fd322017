package dev.gatehouse.bench.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// NATS server with its MQTT listener, installed. MQTT needs its JetStream; QoS 1 messages are in its memory.
///
/// @param tls its one MQTT listener is either plain or TLS: with TLS it is another process
record NatsPeer(boolean tls) implements Peer {
    @Override
    public String name() {
        return tls ? "nats-tls" : "nats";
    }

    @Override
    public Peer fit(Need need) {
        return need.tls() ? new NatsPeer(true) : this;
    }

    @Override
    public Launch prepare(Folders folders) throws BenchFault, InterruptedException {
        String program = Fetch.installed("nats-server", "apt install nats-server");
        Path folder = folders.make(name()).toAbsolutePath();
        KeyMaterial keys = KeyMaterial.of(folders);
        int[] ports = Folders.ports(2);
        Folders.write(folder.resolve("nats.conf"), """
                server_name: bench
                listen: "127.0.0.1:%d"
                jetstream { store_dir: "%s/store" }
                max_payload: 1MB
                max_pending: 256MB
                mqtt {
                  listen: "127.0.0.1:%d"
                  max_ack_pending: 20000
                  %s
                }
                """.formatted(ports[0], folder, ports[1], tls
                ? "tls { cert_file: \"" + keys.certificate() + "\", key_file: \"" + keys.key() + "\" }"
                : ""));
        return new Launch(List.of(program, "-c", "nats.conf"), Map.of("GOMAXPROCS", "1"), folder, ports[1],
                tls ? ports[1] : 0, "bench.bench.test");
    }
}
