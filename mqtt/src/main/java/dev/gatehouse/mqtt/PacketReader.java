package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Cuts the byte stream of one connection into packets.
///
/// - **Shape:** bytes in any split → one [Packet] per frame.
/// - **Thread:** the connection's; not safe for two.
/// - **Buffers:** borrows the input; the payload of a PUBLISH is a retained slice that the packet owns.
/// - **Errors:** [ProtocolViolation]; after one, every further call throws it again.
/// - **Source:** MQTT 5 §1.5, §2.1.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class PacketReader {
    /// Which side of the connection reads.
    public enum Role {
        /// Reads what clients send; learns the version from CONNECT.
        SERVER,
        /// Reads what servers send; is told the version by [PacketReader#version(Version)].
        CLIENT
    }

    private final Role role;
    private long packetBytesMax;
    private @Nullable Version version;

    /// @param packetBytesMax the largest packet accepted, fixed header included (MQTT 5 §3.1.2.11.4)
    public PacketReader(Role role, long packetBytesMax) {
        this.role = role;
        this.packetBytesMax = packetBytesMax;
    }

    /// Reads one packet, or returns null and consumes nothing until all of it is there.
    ///
    /// @throws ProtocolViolation as early as the bytes show it; a packet that is too large at its fixed header
    public @Nullable Packet read(ByteBuf in) {
        throw new UnsupportedOperationException("read " + role + packetBytesMax + in);
    }

    /// Sets another limit for the packets from here on, in bytes, fixed header included.
    public void packetBytesMax(long bytes) {
        packetBytesMax = bytes;
    }

    /// Tells a CLIENT which version it speaks.
    public void version(Version spoken) {
        version = spoken;
    }

    /// The version; null until the CONNECT that says it has been read that far.
    public @Nullable Version version() {
        return version;
    }
}
