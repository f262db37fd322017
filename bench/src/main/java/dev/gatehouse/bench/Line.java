package dev.gatehouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;

/// One TCP connection of a [Client]. What is sent is collected, and leaves with the next turn of the [Loop].
///
/// When writing fails, reading goes on until the end: what the service sent before it died counts.
///
/// - **Thread:** the generator's.
final class Line {
    private static final int READ_BYTES = 1 << 16;

    private final Loop loop;
    private final SelectionKey key;
    private final SocketChannel channel;
    private final Client client;
    private final PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, Integer.MAX_VALUE);
    private final ByteBuf in = Unpooled.buffer(4096);
    private final ByteBuf out = Unpooled.buffer(4096);
    private boolean broken;
    private boolean waiting;

    /// @param channel open and not blocking
    Line(Loop loop, SelectionKey key, SocketChannel channel, Client client) {
        this.loop = loop;
        this.key = key;
        this.channel = channel;
        this.client = client;
        reader.version(client.version());
    }

    void send(Packet packet) {
        PacketWriter.write(packet, client.version(), out);
        loop.hasOutput(this);
    }

    void publish(Stream stream, boolean duplicate, int packetId, byte[] payload) {
        PacketWriter.writePublish(out, stream.topicUtf8().shared(), stream.qos(), duplicate, false, packetId,
                PublishProperties.NONE, payload, client.version());
        loop.hasOutput(this);
    }

    /// Bytes that wait to leave.
    int pendingBytes() {
        return out.readableBytes();
    }

    void flush() {
        if (!broken && out.isReadable()) {
            try {
                out.readBytes(channel, out.readableBytes());
            } catch (IOException _) {
                broken = true; // reading tells how the connection ended
            }
        }
        if (broken) {
            out.clear();
        } else {
            out.discardReadBytes();
        }
        if (key.isValid() && waiting != out.isReadable()) {
            waiting = out.isReadable();
            key.interestOps(waiting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    void read() {
        try {
            int bytes = in.writeBytes(channel, READ_BYTES);
            for (Packet packet = reader.read(in); packet != null && channel.isOpen(); packet = reader.read(in)) {
                client.receive(packet);
            }
            in.discardReadBytes();
            if (bytes < 0) {
                end("closed by the service");
            }
        } catch (ProtocolViolation violation) {
            client.reportBroken("it sent what MQTT forbids: " + violation.getMessage());
            end("given up");
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    /// Closes it without further words.
    void close() {
        loop.forget(this);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a socket", e);
        }
    }

    private void end(String why) {
        close();
        client.ended(why);
    }

    /// The label of a PUBLISH; null when it has none.
    static @Nullable Label label(Packet.Publish publish) {
        try {
            return publish.qos() == Qos.AT_MOST_ONCE ? null : Label.read(publish.payload());
        } finally {
            publish.payload().release();
        }
    }
}
