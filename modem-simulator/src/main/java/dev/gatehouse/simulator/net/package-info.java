/// The world behind the modem: host names, sockets and TLS, really done by this computer.
///
/// - **Depends on** `time`.
/// - **Threads:** virtual ones that wait for sockets; what they find out is told on the loop.
/// - **Start reading at** [Network], then [HostNetwork].
@NullMarked
package dev.gatehouse.simulator.net;

import org.jspecify.annotations.NullMarked;
