/// What commands ask the running service, and what it answers: over a Unix domain socket in the data folder.
///
/// - **Depends on** `access` for tenants and users, `trail` for the attempts; knows no pipeline and no command line.
/// - **Protocol:** the client sends one line of JSON ([Request]), the service answers with lines of JSON; the last is
///   `{"end":{…}}` or `{"error":{"kind":…,"message":…}}`. An answer without such a last line was cut off.
/// - **Threads:** one that accepts, a virtual one per client; never an event loop.
/// - **Start reading at** [AdminServer], then [Conversation], then [AdminClient] for the other side.
@NullMarked
package dev.gatehouse.server.admin;

import org.jspecify.annotations.NullMarked;
