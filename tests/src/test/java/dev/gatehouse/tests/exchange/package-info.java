/// Clients that others wrote, and the real service in this process: what must work.
///
/// - **Depends on** `server` and the drivers in [dev.gatehouse.tests.clients].
/// - **Threads:** a test is one thread, or says which it starts; the service has its own.
/// - **Start reading at** [RunningService], then [ExchangeIT].
@NullMarked
package dev.gatehouse.tests.exchange;

import org.jspecify.annotations.NullMarked;
