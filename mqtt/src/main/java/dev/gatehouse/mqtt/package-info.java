/// MQTT 3.1, 3.1.1 and 5 on the wire: packets as records, the codec, topic names and filters, reason codes.
///
/// - **Depends on** Netty's buffer, nothing else.
/// - **Threads:** everything is immutable or confined to the caller.
/// - **Start reading at** [Packet], then [PacketReader] and [PacketWriter]; [Violation] is the table of refusals.
@NullMarked
package dev.gatehouse.mqtt;

import org.jspecify.annotations.NullMarked;
