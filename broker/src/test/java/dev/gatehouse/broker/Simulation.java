package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/// Lanes that run when told to, in an order that a seed decides, on a clock that moves when told to.
final class Simulation {
    static final long START_MICROS = 1_700_000_000_000_000L;

    private final List<SimulatedLane> lanes = new ArrayList<>();
    private final Random random;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.comparingLong((Timer timer) -> timer.atMicros).thenComparingLong(timer -> timer.number));
    private @Nullable SimulatedLane current;
    private long nowMicros;
    private long timersMade;
    private Runnable afterEach = () -> {};

    Simulation(int laneCount, long seed) {
        this(laneCount, seed, START_MICROS);
    }

    Simulation(int laneCount, long seed, long startMicros) {
        this.nowMicros = startMicros;
        this.random = new Random(seed);
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new SimulatedLane(i, this));
        }
    }

    static final class Timer implements Lane.Pending {
        private final long atMicros;
        private final long number;
        private final SimulatedLane lane;
        private final Runnable task;
        private boolean cancelled;

        Timer(long atMicros, long number, SimulatedLane lane, Runnable task) {
            this.atMicros = atMicros;
            this.number = number;
            this.lane = lane;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    List<SimulatedLane> lanes() {
        return lanes;
    }

    long nowMicros() {
        return nowMicros;
    }

    boolean isOn(SimulatedLane lane) {
        return current == lane;
    }

    Timer after(SimulatedLane lane, long delayMicros, Runnable task) {
        Timer timer = new Timer(nowMicros + delayMicros, timersMade++, lane, task);
        timers.add(timer);
        return timer;
    }

    /// Runs a task on a lane at once, between two of its own.
    void on(Lane lane, Runnable task) {
        SimulatedLane before = current;
        current = (SimulatedLane) lane;
        try {
            task.run();
        } finally {
            current = before;
        }
        if (before == null) {
            afterEach.run();
        }
    }

    /// Runs this whenever a lane has run a task.
    void afterEach(Runnable what) {
        afterEach = what;
    }

    /// The process is over, and another one begins: every task and every timer is gone, the lanes are new.
    void restart() {
        lanes.replaceAll(lane -> new SimulatedLane(lane.index(), this));
        timers.clear();
    }

    /// Runs one task of one lane; false when there is none on any.
    boolean step() {
        int busy = 0;
        for (SimulatedLane lane : lanes) {
            busy += lane.isBusy() ? 1 : 0;
        }
        if (busy == 0) {
            return false;
        }
        int chosen = random.nextInt(busy);
        for (SimulatedLane lane : lanes) {
            if (lane.isBusy() && chosen-- == 0) {
                step(lane);
                return true;
            }
        }
        throw new AssertionError("a lane lost its task");
    }

    void step(SimulatedLane lane) {
        on(lane, lane.next());
    }

    /// Runs all there is to run now.
    void run() {
        int steps = 0;
        while (step()) {
            if (++steps > 1_000_000) {
                throw new AssertionError("the lanes never come to rest");
            }
        }
    }

    /// Lets time pass, with all that falls due on the way.
    void advanceSeconds(long seconds) {
        advanceMicros(seconds * 1_000_000);
    }

    void advanceMicros(long micros) {
        run();
        long until = nowMicros + micros;
        for (Timer timer = timers.peek(); timer != null && timer.atMicros <= until; timer = timers.peek()) {
            timers.remove();
            nowMicros = timer.atMicros;
            if (!timer.cancelled) {
                on(timer.lane, timer.task);
            }
            run();
        }
        nowMicros = until;
    }

    /// Timers that would still do something.
    long pendingTimers() {
        return timers.stream().filter(timer -> !timer.cancelled).count();
    }
}
