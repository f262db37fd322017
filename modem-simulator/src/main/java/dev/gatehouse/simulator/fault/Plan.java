package dev.gatehouse.simulator.fault;

/// A fault, and when it strikes.
///
/// @param name of the [Catalogue]
/// @param fault what goes wrong
/// @param on it concerns commands that begin so, like `+CIPSEND`; empty for all
/// @param skip so many occasions are left alone first
/// @param times so often; 0 for always
/// @param percent of the occasions
/// @param afterMillis it does not begin before
/// @param seed of what is left to chance
public record Plan(String name, Fault fault, String on, int skip, int times, int percent, int afterMillis, long seed) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name).append(": ").append(fault);
        if (!on.isEmpty()) {
            text.append(" on AT").append(on);
        }
        if (skip > 0) {
            text.append(", not the first ").append(skip);
        }
        if (times > 0) {
            text.append(", ").append(times).append(times == 1 ? " time" : " times");
        }
        return text.append(percent < 100 ? ", " + percent + " %" : "").toString();
    }
}
