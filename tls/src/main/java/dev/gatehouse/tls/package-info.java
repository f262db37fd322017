/// TLS seen from outside the engine: what a client offers, what travels on the record layer, and the certificates
/// shown to it.
///
/// - **Depends on** Netty's buffer and TLS engines, BouncyCastle (PEM and X.509); knows nothing of MQTT sessions.
/// - **Threads:** parsers are pure functions; [RecordTap] belongs to its connection's event loop; certificate files
///   are read on the thread of the caller, which must be allowed to block.
/// - **Start reading at** [ClientHelloParser], then [RecordTap], then [ServerTls].
@NullMarked
package dev.gatehouse.tls;

import org.jspecify.annotations.NullMarked;
