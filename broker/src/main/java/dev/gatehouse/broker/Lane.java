package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// One thread's worth of broker: it owns the sessions that hash to it, and everything attached to them.
///
/// The server makes one lane per event loop; a simulation makes lanes that run when it says so.
public abstract class Lane {
    private final int index;
    private @Nullable Handover[] handovers = new Handover[0];

    /// @param index 0 to the number of lanes less one
    protected Lane(int index) {
        this.index = index;
    }

    /// 0 to the number of lanes less one.
    public final int index() {
        return index;
    }

    /// Whether the caller runs on this lane.
    public abstract boolean here();

    /// Runs the task later on this lane, after what was handed in before. Callable from any thread.
    public abstract void run(Runnable task);

    /// Runs the task on this lane after a delay. Call on this lane.
    public abstract Pending after(long delayMicros, Runnable task);

    /// Now, in microseconds since the epoch.
    public abstract long nowMicros();

    /// A task that has not run yet.
    public interface Pending {
        /// Keeps the task from running; no effect once it ran.
        void cancel();
    }

    /// Fails when called from another thread than the lane's: the invariant behind every unlocked field.
    final void assertHere() {
        if (!here()) {
            throw new AssertionError("not on lane " + index);
        }
    }

    /// Hands a message to sessions of another lane: collected until this lane's turn is over, one wake-up a batch.
    final void handOver(Lane to, Message message, Target[] targets) {
        Handover handover = handoverTo(to);
        handover.messages.add(message);
        handover.targets.add(targets);
        if (!handover.scheduled) {
            handover.scheduled = true;
            run(handover);
        }
    }

    private Handover handoverTo(Lane to) {
        if (handovers.length <= to.index) {
            @Nullable
            Handover[] longer = new Handover[to.index + 1];
            System.arraycopy(handovers, 0, longer, 0, handovers.length);
            handovers = longer;
        }
        Handover handover = handovers[to.index];
        if (handover == null) {
            handover = new Handover(to);
            handovers[to.index] = handover;
        }
        return handover;
    }

    /// What is on its way from one lane to another in this turn. Runs on the giving lane.
    private static final class Handover implements Runnable {
        private final Lane to;
        private List<Message> messages = new ArrayList<>();
        private List<Target[]> targets = new ArrayList<>();
        private boolean scheduled;

        Handover(Lane to) {
            this.to = to;
        }

        @Override
        public void run() {
            List<Message> batch = messages;
            List<Target[]> receivers = targets;
            messages = new ArrayList<>();
            targets = new ArrayList<>();
            scheduled = false;
            to.run(() -> {
                for (int i = 0; i < batch.size(); i++) {
                    Tenant.deliver(batch.get(i), receivers.get(i));
                }
            });
        }
    }
}
