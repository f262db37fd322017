package dev.gatehouse.simulator.time;

/// One thread that does one thing after the other, and the clock it goes by. Real ([LoopThread]) or told by a test.
public interface Loop {
    /// Nanoseconds since some moment; never goes back.
    long nanos();

    /// Milliseconds since 1970.
    long epochMillis();

    /// From any thread: soon, after what was posted before.
    void post(Runnable task);

    /// From any thread: when that time has passed. Tasks of the same moment keep their order.
    Timer after(long nanos, Runnable task);

    /// From any thread: at that moment of [#nanos], or soon when it has passed. Tasks of the same moment keep their order;
    /// so who plans several in a row has to name their moments, and not how long each has to wait.
    Timer at(long moment, Runnable task);

    /// A task that has not run yet.
    interface Timer {
        /// It will not run. Does nothing when it has.
        void cancel();
    }
}
