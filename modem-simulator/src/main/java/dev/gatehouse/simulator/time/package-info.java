/// Time, as an argument: what happens when, and on which thread.
///
/// - **Depends on** nothing.
/// - **Threads:** one, that of the [Loop]; everything the modem is runs there.
@NullMarked
package dev.gatehouse.simulator.time;

import org.jspecify.annotations.NullMarked;
