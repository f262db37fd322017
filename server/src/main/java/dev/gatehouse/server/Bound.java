package dev.gatehouse.server;

import java.net.InetSocketAddress;

import dev.gatehouse.server.config.Listener;

/// A listener that accepts connections.
///
/// @param address with the real port where the configuration left the choice to the operating system
public record Bound(Listener listener, InetSocketAddress address) {}
