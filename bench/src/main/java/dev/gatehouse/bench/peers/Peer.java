package dev.gatehouse.bench.peers;

import dev.gatehouse.bench.BenchFault;

/// A broker that can be measured.
public interface Peer {
    /// Short, as in a table's head.
    String name();

    /// What some work needs of a broker beside its plain port.
    ///
    /// @param tls a port for TLS
    /// @param tenants named `t0`, `t1` and so on
    record Need(boolean tls, int tenants) {
        /// Nothing.
        public static final Need PLAIN = new Need(false, 0);
    }

    /// This broker set up for such work: itself, where one set-up is good for all.
    default Peer fit(Need need) {
        return this;
    }

    /// Makes everything ready to start it: fetches what is missing, writes its configuration.
    ///
    /// @throws BenchFault saying why it cannot be had, and how to have it
    Launch prepare(Folders folders) throws BenchFault, InterruptedException;
}
