package dev.gatehouse.bench.compare;

/// How it is measured.
///
/// @param rounds of work that needs no fresh process: the median counts
/// @param freshRounds of work that needs one
/// @param processWarmupMillis the least that a broker's process gets to do, once and for each QoS; three times that at
///        most
/// @param warmupMillis before each measurement; three times that before a broker's first of a kind
/// @param core of the generator; -1 for any
/// @param brokerCore of the brokers; -1 for any
public record Options(int rounds, int freshRounds, long processWarmupMillis, long warmupMillis, long measureMillis,
        int core, int brokerCore) {}
