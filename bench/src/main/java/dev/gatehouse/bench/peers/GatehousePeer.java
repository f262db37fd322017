package dev.gatehouse.bench.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// This broker.
///
/// @param words how `serve` is started, up to and including that word
/// @param tenants beside tenant `bench`: `t0`, `t1` and so on
public record GatehousePeer(String name, List<String> words, int tenants) implements Peer {
    public GatehousePeer {
        words = List.copyOf(words);
    }

    @Override
    public Peer fit(Need need) {
        return need.tenants() > tenants ? new GatehousePeer(name + "-" + need.tenants(), words, need.tenants()) : this;
    }

    @Override
    public Launch prepare(Folders folders) throws BenchFault {
        Path folder = folders.make(name);
        int[] ports = Folders.ports(3);
        StringBuilder yaml = new StringBuilder("""
                domain: bench.test
                listeners:
                  - {name: plain, protocol: mqtt, host: 127.0.0.1, port: %d, tenant: bench}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: %d}
                  - {name: named, protocol: mqtt, host: 127.0.0.1, port: %d}
                limits:
                  receive-maximum: 65535
                  subscriptions-max: 2000000
                  sessions-max: 2000000
                  queue-messages-max: 1000000
                  queue-bytes-max: 1000000000
                tenants:
                  - {name: bench, anonymous: true}
                """.formatted(ports[0], ports[1], ports[2]));
        for (int i = 0; i < tenants; i++) {
            yaml.append("  - {name: t").append(i).append(", anonymous: true}\n");
        }
        Folders.write(folder.resolve("gatehouse.yaml"), yaml.toString());
        List<String> command = new ArrayList<>(words);
        command.addAll(List.of("--config", "gatehouse.yaml", "--data", "data"));
        return new Launch(command, Map.of(), folder, ports[0], ports[1], "bench.bench.test", ports[2]);
    }
}
