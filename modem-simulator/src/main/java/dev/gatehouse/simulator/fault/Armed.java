package dev.gatehouse.simulator.fault;

import java.util.Random;

/// A [Plan] that waits for its occasions.
final class Armed {
    private static final int PERCENT = 100;

    final Plan plan;
    final Random random;
    private final long fromNanos;
    private int occasions;
    private int strikes;

    Armed(Plan plan, long fromNanos) {
        this.plan = plan;
        this.fromNanos = fromNanos;
        this.random = new Random(plan.seed());
    }

    /// @param command that is being carried out; empty for none
    boolean concerns(String command) {
        return plan.on().isEmpty() || command.regionMatches(true, 0, plan.on(), 0, plan.on().length());
    }

    /// An occasion: does it strike?
    boolean strikes(long nowNanos) {
        if (nowNanos < fromNanos || isSpent() || occasions++ < plan.skip()) {
            return false;
        }
        if (plan.percent() < PERCENT && random.nextInt(PERCENT) >= plan.percent()) {
            return false;
        }
        strikes++;
        return true;
    }

    boolean isSpent() {
        return plan.times() > 0 && strikes >= plan.times();
    }
}
