package dev.gatehouse.diagnosis;

/// A fact and when it was seen.
///
/// @param atMicros microseconds since 1970-01-01T00:00:00Z
public record TimedFact(long atMicros, Fact fact) {}
