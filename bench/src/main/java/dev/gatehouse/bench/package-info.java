/// Load on a service that runs as its own process, and the check of what that service promised.
///
/// - **Depends on** `mqtt` for the wire; on the HiveMQ client as the reader that somebody else wrote. Knows nothing of
///   the broker: the service is a command line and a port.
/// - **Threads:** the caller's runs the generator and owns the ledger; the HiveMQ client's only fill a queue.
/// - **Start reading at** [CrashBench] or [QueueBench], then [Ledger], [Arrivals], [Deliveries].
@NullMarked
package dev.gatehouse.bench;

import org.jspecify.annotations.NullMarked;
