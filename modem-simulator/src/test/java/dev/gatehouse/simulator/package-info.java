/// Tests of the simulated modem as its users meet it: over TCP and a terminal, against real servers.
@NullMarked
package dev.gatehouse.simulator;

import org.jspecify.annotations.NullMarked;
