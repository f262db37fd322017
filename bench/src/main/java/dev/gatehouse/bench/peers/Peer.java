package dev.gatehouse.bench.peers;

import dev.gatehouse.bench.BenchFault;

/// A broker that can be measured.
public interface Peer {
    /// Short, as in a table's head.
    String name();

    /// Makes everything ready to start it: fetches what is missing, writes its configuration.
    ///
    /// @throws BenchFault saying why it cannot be had, and how to have it
    Launch prepare(Folders folders) throws BenchFault, InterruptedException;
}
