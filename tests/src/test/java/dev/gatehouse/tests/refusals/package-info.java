/// Every way to be turned away: provoked with raw bytes or a real TLS stack, with the answer on the wire and the cause in
/// the trail.
///
/// - **Start reading at** [RefusalsIT].
@NullMarked
package dev.gatehouse.tests.refusals;

import org.jspecify.annotations.NullMarked;
