/// An MQTT client for MQTT 3.1, 3.1.1 and 5 on blocking sockets: over TCP, TLS, WebSocket, or a modem.
///
/// - **Depends on** `mqtt` for the wire; sockets come from a [javax.net.SocketFactory].
/// - **Threads:** calls block, each until its [Deadline]; [MqttClient] reads on a virtual thread.
/// - **Start reading at** [Dialer], then [MqttClient]; [PacketLink] is the way to single packets.
@NullMarked
package dev.gatehouse.client;

import org.jspecify.annotations.NullMarked;
