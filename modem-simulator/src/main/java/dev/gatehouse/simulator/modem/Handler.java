package dev.gatehouse.simulator.modem;

/// What a command does. It ends with one of [Call]'s answers, at once or later.
@FunctionalInterface
interface Handler {
    void run(Call call);
}
