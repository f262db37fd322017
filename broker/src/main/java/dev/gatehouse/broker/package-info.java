/// One node of the broker: from an authenticated CONNECT to the delivered message.
///
/// - **Depends on** `mqtt` and `diagnosis`; knows no socket, no thread and no clock but those it is handed.
/// - **Threads:** a session and the connection attached to it belong to one [Lane]; only that lane touches them.
///   Between lanes only messages travel, in batches. What a tenant shares between lanes (subscriptions, retained
///   messages) is read without a lock.
/// - **Start reading at** [Broker], then [Tenant], [Connection], [Session].
@NullMarked
package dev.gatehouse.broker;

import org.jspecify.annotations.NullMarked;
