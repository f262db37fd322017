/// The brokers that are measured side by side: how each is had, configured and started.
///
/// None of them is on this program's class path: each runs as a process of its own, from jars or packages that are
/// fetched into a folder when they are asked for, or from what is installed.
///
/// - **Depends on** `bench` for its faults only.
/// - **Threads:** the caller's.
/// - **Start reading at** [Peer], then [BrokerProcess].
@NullMarked
package dev.gatehouse.bench.peers;

import org.jspecify.annotations.NullMarked;
