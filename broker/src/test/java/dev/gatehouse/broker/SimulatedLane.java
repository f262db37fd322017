package dev.gatehouse.broker;

import java.util.ArrayDeque;

/// A lane of a [Simulation]: a queue of tasks.
final class SimulatedLane extends Lane {
    private final Simulation simulation;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    SimulatedLane(int index, Simulation simulation) {
        super(index);
        this.simulation = simulation;
    }

    boolean isBusy() {
        return !tasks.isEmpty();
    }

    Runnable next() {
        return tasks.remove();
    }

    @Override
    public boolean here() {
        return simulation.isOn(this);
    }

    @Override
    public void run(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Pending after(long delayMicros, Runnable task) {
        assertHere();
        return simulation.after(this, delayMicros, task);
    }

    @Override
    public long nowMicros() {
        return simulation.nowMicros();
    }
}
