package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// A client that connects, perhaps subscribes, and then only stays.
final class Guest extends Connection {
    private final List<String> filters;
    private final boolean resume;
    private final @Nullable Runnable onReady;

    /// @param filters to subscribe to, in one packet; none if empty
    /// @param resume whether to resume an earlier TLS session
    /// @param onReady called when it is ready
    Guest(Engine engine, Endpoint endpoint, Version version, String name, List<String> filters, boolean resume,
            @Nullable Runnable onReady) {
        super(engine, endpoint, version, name);
        this.filters = List.copyOf(filters);
        this.resume = resume;
        this.onReady = onReady;
    }

    @Override
    byte[] greeting() {
        return Packets.connect(version(), name(), true, 0, endpoint());
    }

    @Override
    boolean welcome(boolean sessionPresent) {
        if (filters.isEmpty()) {
            return true;
        }
        send(Packets.subscribe(version(), filters, Qos.AT_LEAST_ONCE));
        return false;
    }

    @Override
    void readied() {
        if (onReady != null) {
            onReady.run();
        }
    }

    @Override
    boolean wantsResumption() {
        return resume;
    }

    @Override
    void work(int first, ByteBuffer in, int from, int to) {
        // it does not listen
    }
}
