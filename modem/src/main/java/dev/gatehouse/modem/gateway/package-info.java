/// A way out for programs that know nothing of modems: a SOCKS5 proxy, and ports that lead to fixed places.
///
/// - **Depends on** a [javax.net.SocketFactory] and nothing else; [ModemUplink] is the one place that knows a modem.
/// - **Threads:** virtual ones: one per listening port, two per connection, one that keeps the modem up.
/// - **Limits:** as many connections as the modem has sockets, one bounded buffer per direction, bounded handshakes.
/// - **Start reading at** [Gateway], then [SocksHandshake], then [Relay].
@NullMarked
package dev.gatehouse.modem.gateway;

import org.jspecify.annotations.NullMarked;
