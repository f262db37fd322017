/// The generator: puts load on one broker by its port and counts what comes back.
///
/// One thread serves all connections. A message carries its stream, its number and the time it was due, so that what
/// arrives can be checked by looking at 16 bytes. How many messages are under way between sender and receiver is
/// bounded, so that what is measured is what the broker does, and not how much it can hold.
///
/// - **Depends on** `mqtt` for the few packets that are made once and sent often; on Netty's TLS engines and
///   HdrHistogram. Knows nothing of any broker but an address and a process id.
/// - **Threads:** the caller's, which must be the same for the whole life of an [Engine].
/// - **Start reading at** [Load], then [Flow], [Sender], [Receiver]; [Engine] and [Connection] move the bytes.
@NullMarked
package dev.gatehouse.bench.load;

import org.jspecify.annotations.NullMarked;
