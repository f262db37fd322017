/// The serial line: a pseudo-terminal or a TCP connection, at the speed of a serial port.
///
/// - **Depends on** `time`.
/// - **Threads:** a reader and a writer per line; [Uart] runs on the loop.
/// - **Start reading at** [Cable], then [Uart].
@NullMarked
package dev.gatehouse.simulator.line;

import org.jspecify.annotations.NullMarked;
