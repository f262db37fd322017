package dev.gatehouse.server;

import java.net.SocketAddress;

import org.jspecify.annotations.Nullable;

/// Our own address as text, one string for all connections that came to the same one.
///
/// - **Thread:** any. Two threads that meet may make two equal strings, which costs nothing but memory.
final class LocalName {
    private volatile String last = "";

    String of(@Nullable SocketAddress address) {
        String text = Wire.text(address);
        String known = last;
        if (text.equals(known)) {
            return known;
        }
        last = text;
        return text;
    }
}
