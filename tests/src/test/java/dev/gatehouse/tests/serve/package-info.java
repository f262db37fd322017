/// The service as a process of its own, started and asked as an operator does: by `./gatehouse`, the launcher at the
/// root of the checkout, which builds first where that is needed.
///
/// - **Depends on** nothing of Gatehouse but that script; on the drivers in [dev.gatehouse.tests.clients].
/// - **Threads:** a test is one thread.
/// - **Start reading at** [Gatehouse], then [ServeIT].
@NullMarked
package dev.gatehouse.tests.serve;

import org.jspecify.annotations.NullMarked;
