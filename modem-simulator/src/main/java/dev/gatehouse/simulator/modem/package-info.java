/// The modem: what its manual says, command by command.
///
/// - **Depends on** `time`, `line`, `net`, `fault`.
/// - **Threads:** the loop's, and no other.
/// - **Start reading at** [Modem], then [Interpreter], [Call] and one class with commands, like [Sockets].
@NullMarked
package dev.gatehouse.simulator.modem;

import org.jspecify.annotations.NullMarked;
