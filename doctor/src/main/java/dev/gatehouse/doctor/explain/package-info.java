/// The log reader: recognises what a device's log is, rebuilds what happened, and says why it failed.
///
/// - **Depends on** `diagnosis` for causes and verdicts. Reads text and captures; opens no socket.
@NullMarked
package dev.gatehouse.doctor.explain;

import org.jspecify.annotations.NullMarked;
