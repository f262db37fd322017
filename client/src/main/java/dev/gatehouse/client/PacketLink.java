package dev.gatehouse.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Version;

/// Packets over a [Transport], one at a time, on the caller's thread.
///
/// - **Threads:** one reads; any may send.
/// - **Buffers:** the payload of a PUBLISH that is read is a copy on the heap: nobody has to release it.
/// - **Limits:** the first [#KEPT_BYTES] bytes received are kept, as evidence.
public final class PacketLink implements Closeable {
    /// How many of the first bytes are kept.
    public static final int KEPT_BYTES = 256;

    private final Transport transport;
    private final Version version;
    private final PacketReader reader;
    private final ByteBuf received = Unpooled.buffer(1024);
    private final ByteBuf kept = Unpooled.buffer(64, KEPT_BYTES);
    private final byte[] chunk = new byte[8192];
    private final ReentrantLock sending = new ReentrantLock();

    /// @param packetBytesMax the largest packet that is read, in bytes
    public PacketLink(Transport transport, Version version, long packetBytesMax) {
        this.transport = transport;
        this.version = version;
        this.reader = new PacketReader(PacketReader.Role.CLIENT, packetBytesMax);
        reader.version(version);
    }

    /// Sends a packet whole.
    ///
    /// @throws SocketTimeoutException at the deadline; the connection is closed then
    public void send(Packet packet, Deadline deadline) throws IOException {
        ByteBuf bytes = Unpooled.buffer(PacketWriter.bytes(packet, version));
        PacketWriter.write(packet, version, bytes);
        sending.lock();
        try (Guard guard = new Guard(deadline, transport)) {
            try {
                OutputStream out = transport.out();
                out.write(bytes.array(), bytes.arrayOffset(), bytes.readableBytes());
                out.flush();
            } catch (IOException e) {
                throw guard.instead(e, "sending");
            }
        } finally {
            sending.unlock();
        }
    }

    /// The next packet; null at the end of the stream.
    ///
    /// @param deadline null waits for as long as it takes
    /// @throws SocketTimeoutException at the deadline; reading may go on afterwards
    /// @throws ProtocolViolation when what comes is no packet
    public @Nullable Packet read(@Nullable Deadline deadline) throws IOException {
        InputStream in = transport.in();
        while (true) {
            Packet packet = reader.read(received);
            if (packet != null) {
                return packet instanceof Packet.Publish publish ? onTheHeap(publish) : packet;
            }
            if (deadline != null && deadline.isOver()) {
                throw new SocketTimeoutException("nothing came in time");
            }
            transport.readMillis(deadline == null ? 0 : Math.max(1, deadline.leftMillis()));
            int count = in.read(chunk);
            if (count < 0) {
                return null;
            }
            received.discardReadBytes().writeBytes(chunk, 0, count);
            kept.writeBytes(chunk, 0, Math.min(count, kept.maxWritableBytes()));
        }
    }

    private static Packet.Publish onTheHeap(Packet.Publish publish) {
        ByteBuf payload = publish.payload();
        byte[] copy = new byte[payload.readableBytes()];
        payload.readBytes(copy);
        payload.release();
        return new Packet.Publish(publish.topic(), publish.qos(), publish.duplicate(), publish.retain(),
                publish.packetId(), publish.properties(), Unpooled.wrappedBuffer(copy));
    }

    /// The first bytes that came, at most [#KEPT_BYTES].
    public Bytes firstBytes() {
        byte[] first = new byte[kept.readableBytes()];
        kept.getBytes(kept.readerIndex(), first);
        return Bytes.takeOver(first);
    }

    /// The version it was made for.
    public Version version() {
        return version;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
