package dev.gatehouse.bench.peers;

import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// What the machine can do: [Relay], a process that forwards bytes without looking at them.
record RelayPeer() implements Peer {
    @Override
    public String name() {
        return "relay";
    }

    @Override
    public Launch prepare(Folders folders) throws BenchFault {
        int[] ports = Folders.ports(1);
        return new Launch(List.of(folders.java(), "-XX:+UseSerialGC", "-Xmx256m", "-XX:MaxDirectMemorySize=1g", "-cp",
                System.getProperty("java.class.path"), Relay.class.getName(), Integer.toString(ports[0])), Map.of(),
                folders.make(name()), ports[0], 0, "");
    }
}
