package dev.gatehouse.simulator.fault;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

import dev.gatehouse.simulator.time.Loop;

/// Sends one thing after the other, some of them later.
final class Sender {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Loop loop;
    private Consumer<String> line = _ -> {};
    private long free;
    /// What is to be sent later, in its order: two tasks of the same moment may be carried out in either.
    private final Queue<String> waiting = new ArrayDeque<>();
    private final StringBuilder together = new StringBuilder();

    Sender(Loop loop) {
        this.loop = loop;
        this.free = loop.nanos();
    }

    void connect(Consumer<String> to) {
        line = to;
    }

    /// Waits so long, and goes out together with what is said until then.
    void sendTogether(String octets, int millis) {
        if (together.isEmpty()) {
            loop.after(millis * NANOS_PER_MILLI, () -> {
                String all = together.toString();
                together.setLength(0);
                send(all, 0);
            });
        }
        together.append(octets);
    }

    /// @param delayMillis after what was sent before, or now
    void send(String octets, int delayMillis) {
        if (!together.isEmpty()) {
            together.append(octets);
            return;
        }
        free = Math.max(free, loop.nanos()) + delayMillis * NANOS_PER_MILLI;
        if (delayMillis == 0 && waiting.isEmpty()) {
            line.accept(octets);
            return;
        }
        waiting.add(octets);
        loop.after(free - loop.nanos(), () -> line.accept(waiting.remove()));
    }
}
