/// A cellular modem of the SIMCom A76XX or SIM7600 family, driven by AT commands.
///
/// - **Depends on** nothing of Gatehouse: any Java program can use it.
@NullMarked
package dev.gatehouse.modem;

import org.jspecify.annotations.NullMarked;
