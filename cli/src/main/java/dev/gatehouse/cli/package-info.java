/// The `gatehouse` command: starts the service, asks the running one, and puts it to the test.
///
/// - **Depends on** `bench` for `bench`, and on `server`: all of it for `serve`, only `admin` for every other command,
///   which must start quickly and so loads neither Netty nor RocksDB.
/// - **Threads:** the main one; `serve` ends on that of the JVM's shutdown.
/// - **Start reading at** [Gatehouse], then [ServeCommand] or [AttemptsCommand].
@NullMarked
package dev.gatehouse.cli;

import org.jspecify.annotations.NullMarked;
