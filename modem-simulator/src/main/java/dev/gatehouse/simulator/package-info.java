/// A cellular modem of the SIMCom A76XX or SIM7600 family, in software: a serial line in front, real sockets behind.
///
/// - **Depends on** nothing of Gatehouse, least of all on `modem`: two readings of one manual, so that a misreading shows.
@NullMarked
package dev.gatehouse.simulator;

import org.jspecify.annotations.NullMarked;
