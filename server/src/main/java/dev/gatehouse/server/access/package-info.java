/// Who may come in, and what may they do: tenants, users, credentials, permissions.
///
/// - **Depends on** `mqtt`; knows nothing of sockets, of the configuration file or of where the registry is kept.
/// - **Threads:** lookups read an immutable snapshot from any thread; changes are serialised by [TenantDirectory];
///   passwords are verified on the threads of [Authenticator], never on an event loop.
/// - **Start reading at** [TenantDirectory], then [Authenticator], then [Permissions].
@NullMarked
package dev.gatehouse.server.access;

import org.jspecify.annotations.NullMarked;
