/// The `gatehouse` command: starts the service, and asks the running one.
///
/// - **Depends on** `server`: all of it for `serve`, only `admin` for every other command, which must start quickly and
///   so loads neither Netty nor RocksDB.
/// - **Threads:** the main one; `serve` ends on that of the JVM's shutdown.
/// - **Start reading at** [Gatehouse], then [ServeCommand] or [AttemptsCommand].
@NullMarked
package dev.gatehouse.cli;

import org.jspecify.annotations.NullMarked;
