/// The device's side, end to end: clients of others over the modem's sockets and through the gateway, on the simulated
/// modem. `modem` and `modem-simulator` know nothing of each other; they meet here.
@NullMarked
package dev.gatehouse.tests.modem;

import org.jspecify.annotations.NullMarked;
