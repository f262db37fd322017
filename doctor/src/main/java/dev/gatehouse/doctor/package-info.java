/// The active probe: connects to a broker, any broker, stage by stage, and says which stage fails and why.
///
/// - **Depends on** `client`, `tls`, `diagnosis`; the log reader is the package `explain` below this one.
@NullMarked
package dev.gatehouse.doctor;

import org.jspecify.annotations.NullMarked;
