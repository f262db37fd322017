/// Fuzz targets: what comes from the network must never cause anything but a typed error.
///
/// - **Depends on** the modules whose parsers it feeds.
/// - **Start reading at** [PacketReaderFuzzTest].
@NullMarked
package dev.gatehouse.fuzz;

import org.jspecify.annotations.NullMarked;
