/// The service: from the accepted socket to the authenticated client, and everything around that.
///
/// - **Depends on** all other modules but the command line; the only place where Netty's pipelines are built.
/// - **Threads:** a connection belongs to one event loop at a time. It is accepted on any; once its client id is known
///   it moves to the loop of its session.
/// - **Start reading at** [Service], then [Wire], [FrontHandler], [Arrival], [MqttHandler].
@NullMarked
package dev.gatehouse.server;

import org.jspecify.annotations.NullMarked;
