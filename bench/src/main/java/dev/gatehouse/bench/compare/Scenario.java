package dev.gatehouse.bench.compare;

/// One row of the table.
///
/// @param id as on the command line
/// @param title for a person
/// @param headline the figure that is compared
/// @param quick whether it belongs to the profile `quick`
/// @param peers whether others than this broker can do it
record Scenario(String id, String title, Work work, Figure headline, boolean quick, boolean peers) {}
