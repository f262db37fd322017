/// Brokers side by side: which work, in which order, and what came out.
///
/// Rounds alternate: each broker does the same work once, then each again, so that what changes on the machine in the
/// meantime changes for all. While one works, the others are stopped in their tracks.
///
/// - **Depends on** `bench.load` and `bench.peers`.
/// - **Threads:** the caller's.
/// - **Start reading at** [Scenarios], then [Comparison], [Measuring]; [Results] keeps, [Table] and [Plot] show.
@NullMarked
package dev.gatehouse.bench.compare;

import org.jspecify.annotations.NullMarked;
