package dev.gatehouse.bench.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// aedes, from npm, in Node.
record AedesPeer() implements Peer {
    @Override
    public String name() {
        return "aedes";
    }

    @Override
    public Launch prepare(Folders folders) throws BenchFault, InterruptedException {
        String node = Fetch.installed("node", "apt install nodejs npm");
        Path script = Fetch.node(folders, "aedes");
        Path folder = folders.make(name());
        KeyMaterial keys = KeyMaterial.of(folders);
        int[] ports = Folders.ports(2);
        return new Launch(List.of(node, script.toString(), Integer.toString(ports[0]), Integer.toString(ports[1]),
                keys.certificate().toString(), keys.key().toString()), Map.of(), folder, ports[0], ports[1],
                "bench.bench.test");
    }
}
