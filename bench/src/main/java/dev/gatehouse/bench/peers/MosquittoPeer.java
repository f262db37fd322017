package dev.gatehouse.bench.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// Eclipse Mosquitto, installed. Its limits are lifted; it keeps what is durable in memory and writes it to a file from
/// time to time.
record MosquittoPeer() implements Peer {
    @Override
    public String name() {
        return "mosquitto";
    }

    @Override
    public Launch prepare(Folders folders) throws BenchFault, InterruptedException {
        String program = Fetch.installed("mosquitto", "apt install mosquitto");
        Path folder = folders.make(name()).toAbsolutePath();
        KeyMaterial keys = KeyMaterial.of(folders);
        int[] ports = Folders.ports(2);
        // It gives up its privileges if it has any, and the files are the caller's: so it is told to keep them.
        Folders.write(folder.resolve("mosquitto.conf"), """
                user root
                listener %d 127.0.0.1
                listener %d 127.0.0.1
                certfile %s
                keyfile %s
                allow_anonymous true
                max_inflight_messages 0
                max_queued_messages 0
                max_queued_bytes 0
                set_tcp_nodelay true
                persistence true
                persistence_location %s/
                log_type error
                """.formatted(ports[0], ports[1], keys.certificate(), keys.key(), folder));
        return new Launch(List.of(program, "-c", "mosquitto.conf"), Map.of(), folder, ports[0], ports[1],
                "bench.bench.test");
    }
}
