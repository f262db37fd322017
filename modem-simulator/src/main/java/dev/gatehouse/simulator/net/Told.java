package dev.gatehouse.simulator.net;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// Tells events to whoever listens, on the loop and in order; keeps them while nobody does.
final class Told {
    private final Loop loop;
    private final Queue<NetEvent> kept = new ArrayDeque<>();
    private @Nullable Consumer<NetEvent> listener;
    private boolean over;

    Told(Loop loop) {
        this.loop = loop;
    }

    void listen(Consumer<NetEvent> to) {
        listener = to;
        while (!kept.isEmpty() && !over) {
            to.accept(kept.remove());
        }
    }

    /// From any thread.
    void tell(NetEvent event) {
        loop.post(() -> now(event));
    }

    /// On the loop.
    void now(NetEvent event) {
        if (over) {
            return;
        }
        if (listener == null) {
            kept.add(event);
        } else {
            listener.accept(event);
        }
    }

    /// Nobody is told anything any more.
    void end() {
        over = true;
        kept.clear();
    }

    boolean isOver() {
        return over;
    }
}
