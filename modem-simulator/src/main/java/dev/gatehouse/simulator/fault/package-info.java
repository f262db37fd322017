/// What goes wrong, on demand: each fault by name, and the one place that applies them.
///
/// - **Depends on** `line` and `time`.
/// - **Threads:** the loop's.
/// - **Start reading at** [Fault], then [Faults].
@NullMarked
package dev.gatehouse.simulator.fault;

import org.jspecify.annotations.NullMarked;
