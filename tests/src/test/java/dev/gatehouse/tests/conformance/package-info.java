/// The statements of MQTT 5 and 3.1.1 that bind a server, each shown on the running broker over a socket.
///
/// A test's name ends with the ids of the statements that it shows: `…__MQTT_3_1_0_2` is `[MQTT-3.1.0-2]`. Classes whose
/// name ends with `5IT` are about MQTT 5 (`docs/conformance-5.md`), those with `311IT` about MQTT 3.1.1
/// (`docs/conformance-3.1.1.md`), those with `31IT` about what is different in MQTT 3.1 (`docs/conformance-3.1.md`);
/// [ConformanceTest] keeps these tables equal to the names.
///
/// - **Depends on** `server`; packets are read and written with `mqtt`, and byte by byte where they are wrong.
/// - **Threads:** a test is one thread; the service, one for all classes, has its own.
/// - **Start reading at** [Bench], then [Client], then any test.
@NullMarked
package dev.gatehouse.tests.conformance;

import org.jspecify.annotations.NullMarked;
