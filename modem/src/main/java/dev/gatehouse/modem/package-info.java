/// A cellular modem of the SIMCom A76XX or SIM7600 family, driven by AT commands.
///
/// - **Depends on** nothing of Gatehouse: any Java program can use it.
/// - **Threads:** the engine's reader and writer ([dev.gatehouse.modem.at]), one keeper that brings the modem up and up
///   again, one pump that fetches what connections received. Sockets are used from any thread.
/// - **Start reading at** [Modem], then [ModemState], then [Link] and [TcpLinks].
@NullMarked
package dev.gatehouse.modem;

import org.jspecify.annotations.NullMarked;
