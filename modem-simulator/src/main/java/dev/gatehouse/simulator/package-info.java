/// A cellular modem of the SIMCom A76XX or SIM7600 family, in software: a serial line in front, real sockets behind.
///
/// - **Depends on** nothing of Gatehouse, least of all on `modem`: two readings of one manual, so that a misreading shows.
/// - **Threads:** everything the modem is runs on one, the simulator's [dev.gatehouse.simulator.time.LoopThread].
/// - **Start reading at** [Simulator]; what the modem knows is in `modem`, what goes wrong on demand in `fault`.
@NullMarked
package dev.gatehouse.simulator;

import org.jspecify.annotations.NullMarked;
