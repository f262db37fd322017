package dev.gatehouse.diagnosis;

/// One fact that carries a verdict.
///
/// @param factIndex 0-based position in the list of facts that was judged
/// @param text the fact's sentence
public record Evidence(int factIndex, String text) {}
