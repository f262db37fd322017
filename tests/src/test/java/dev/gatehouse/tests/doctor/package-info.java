/// `doctor` against servers and networks that are broken on purpose, and against healthy ones.
///
/// - **Start reading at** [Case]; [PretendBroker] misbehaves on sockets, [Programs] are real ones, [Certificates] are
///   made for each test.
@NullMarked
package dev.gatehouse.tests.doctor;

import org.jspecify.annotations.NullMarked;
