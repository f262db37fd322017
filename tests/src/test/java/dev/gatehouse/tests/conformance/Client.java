package dev.gatehouse.tests.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// A client over TCP that does nothing by itself: it sends what it is told and knows what came back, frame by frame.
/// What it reads is checked as strictly as the broker checks its clients.
final class Client implements AutoCloseable {
    /// How long a test waits for what has to come.
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int PACKET_BYTES_MAX = 268_435_460;

    private final Socket socket = new Socket();
    private final ByteBuf received = Unpooled.buffer();
    /// Messages that came while the answer to another one was awaited.
    private final ArrayDeque<Packet> overtaken = new ArrayDeque<>();
    private Version version = Version.MQTT_5;

    Client(int port) {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // -------------------------------------------------------------------------------------------------- what it sends

    /// Packets in one piece, so that the broker may find them in one read.
    Client send(Packet... packets) {
        ByteBuf out = Unpooled.buffer();
        for (Packet packet : packets) {
            if (packet instanceof Packet.Connect connect) {
                version = connect.version();
            }
            PacketWriter.write(packet, version, out);
        }
        return bytes(ByteBufUtil.getBytes(out));
    }

    Client bytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Bytes in hexadecimal; spaces are for the eye.
    Client hex(String hex) {
        return bytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /// The version in which answers are read when CONNECT is sent byte by byte; MQTT 5 until then.
    Client speaks(Version spoken) {
        version = spoken;
        return this;
    }

    // ----------------------------------------------------------------------------------------------- what comes back

    /// The next packet as it is on the wire; null when the broker closes instead.
    byte @Nullable [] frame() {
        while (true) {
            int bytes = frameBytes();
            if (bytes > 0 && received.readableBytes() >= bytes) {
                byte[] frame = new byte[bytes];
                received.readBytes(frame);
                return frame;
            }
            if (!readMore()) {
                assertThat(received.readableBytes()).as("bytes of an unfinished packet before the end").isZero();
                return null;
            }
        }
    }

    /// Bytes of the first frame in the buffer, or 0 while its length is not known.
    private int frameBytes() {
        int length = 0;
        for (int at = 1; at < Math.min(5, received.readableBytes()); at++) {
            int next = received.getUnsignedByte(received.readerIndex() + at);
            length |= (next & 0x7F) << 7 * (at - 1);
            if (next < 0x80) {
                return 1 + at + length;
            }
        }
        return 0;
    }

    private boolean readMore() {
        byte[] piece = new byte[8_192];
        try {
            int read = socket.getInputStream().read(piece);
            if (read < 0) {
                return false;
            }
            received.writeBytes(piece, 0, read);
            return true;
        } catch (SocketTimeoutException late) {
            throw new AssertionError("nothing came within " + PATIENCE, late);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next packet on the wire in hexadecimal, without spaces.
    String nextHex() {
        byte[] frame = frame();
        if (frame == null) {
            throw new AssertionError("the broker closed the connection instead of sending a packet");
        }
        return HexFormat.of().formatHex(frame);
    }

    /// The next packet.
    Packet next() {
        if (!overtaken.isEmpty()) {
            return overtaken.remove();
        }
        byte[] frame = frame();
        if (frame == null) {
            throw new AssertionError("the broker closed the connection instead of sending a packet");
        }
        return parse(frame);
    }

    private Packet parse(byte[] frame) {
        PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, PACKET_BYTES_MAX);
        reader.version(version);
        Packet packet = reader.read(Unpooled.wrappedBuffer(frame));
        if (packet == null) {
            throw new AssertionError("not one packet: " + HexFormat.of().formatHex(frame));
        }
        return packet;
    }

    /// The next packet, which must be of this kind.
    <P extends Packet> P next(Class<P> kind) {
        Packet packet = next();
        assertThat(packet).isInstanceOf(kind);
        return kind.cast(packet);
    }

    /// The broker closes, and says nothing before.
    void closed() {
        assertThat(overtaken).as("messages that the test did not look at").isEmpty();
        byte[] frame = frame();
        assertThat(frame == null ? null : parse(frame)).as("instead of closing the broker sent").isNull();
    }

    /// The broker says DISCONNECT with this reason and closes.
    Packet.Disconnect disconnected(ReasonCode reason) {
        Packet.Disconnect disconnect = next(Packet.Disconnect.class);
        assertThat(disconnect.reason()).as(disconnect.toString()).isEqualTo(reason);
        closed();
        return disconnect;
    }

    /// The broker refuses CONNECT with this reason and closes.
    Packet.Connack refused(ReasonCode reason) {
        Packet.Connack connack = next(Packet.Connack.class);
        assertThat(connack.reason()).as(connack.toString()).isEqualTo(reason);
        assertThat(connack.sessionPresent()).isFalse();
        closed();
        return connack;
    }

    /// The connection is open, and nothing has come that was not read: the answer to PINGREQ is next.
    Client idle() {
        send(new Packet.Pingreq());
        next(Packet.Pingresp.class);
        return this;
    }

    /// All that it published is done with: what was to be retained is, also at QoS 0, which nobody acknowledges. A
    /// subscription waits for what its own client published before; PINGREQ does not.
    Client published() {
        return subscribed("nothing/is/published/here", Qos.AT_MOST_ONCE);
    }

    // ------------------------------------------------------------------------------------------------ conversations

    /// Connects, and is let in.
    Packet.Connack connect(Connecting connecting) {
        send(connecting.packet());
        Packet.Connack connack = next(Packet.Connack.class);
        assertThat(connack.reason()).as(connack.toString()).isEqualTo(ReasonCode.SUCCESS);
        return connack;
    }

    /// Subscribes to a filter and is granted the QoS.
    Client subscribed(String filter, Qos qos) {
        return subscribed(Subscribing.to(filter, qos));
    }

    /// Subscribes, and every filter is granted.
    Client subscribed(Subscribing subscribing) {
        Packet.Suback suback = subscribe(subscribing);
        assertThat(suback.reasons()).as(suback.toString()).isEqualTo(subscribing.asked());
        return this;
    }

    /// Subscribes; what comes next is SUBACK.
    Packet.Suback subscribe(Subscribing subscribing) {
        send(subscribing.packet());
        return next(Packet.Suback.class);
    }

    /// Unsubscribes; what comes next is UNSUBACK.
    Packet.Unsuback unsubscribe(int packetId, String... filters) {
        send(new Packet.Unsubscribe(packetId, List.of(), List.of(filters)));
        return next(Packet.Unsuback.class);
    }

    /// Publishes and goes through the whole acknowledgement, which is a success.
    Client publish(Publishing publishing) {
        Packet.Publish packet = publishing.packet();
        send(packet);
        switch (packet.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> {
                Packet.Puback puback = next(Packet.Puback.class);
                assertThat(puback.packetId()).isEqualTo(packet.packetId());
                assertThat(puback.reason().isError()).as(puback.toString()).isFalse();
            }
            case EXACTLY_ONCE -> {
                Packet.Pubrec pubrec = next(Packet.Pubrec.class);
                assertThat(pubrec.packetId()).isEqualTo(packet.packetId());
                assertThat(pubrec.reason().isError()).as(pubrec.toString()).isFalse();
                send(new Packet.Pubrel(packet.packetId(), ReasonCode.SUCCESS));
                assertThat(next(Packet.Pubcomp.class)).isEqualTo(
                        new Packet.Pubcomp(packet.packetId(), ReasonCode.SUCCESS));
            }
        }
        return this;
    }

    /// The next message, acknowledged to the end.
    Packet.Publish receive() {
        Packet.Publish message = next(Packet.Publish.class);
        switch (message.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> send(new Packet.Puback(message.packetId(), ReasonCode.SUCCESS));
            case EXACTLY_ONCE -> {
                send(new Packet.Pubrec(message.packetId(), ReasonCode.SUCCESS));
                List<Packet> meanwhile = new ArrayList<>();
                Packet answer = next();
                for (; answer instanceof Packet.Publish; answer = next()) {
                    meanwhile.add(answer);
                }
                overtaken.addAll(meanwhile);
                assertThat(answer).isEqualTo(new Packet.Pubrel(message.packetId(), ReasonCode.SUCCESS));
                send(new Packet.Pubcomp(message.packetId(), ReasonCode.SUCCESS));
            }
        }
        return message;
    }

    /// Says DISCONNECT with reason 0x00; returns when the broker has closed.
    void disconnect() {
        send(new Packet.Disconnect(ReasonCode.SUCCESS));
        closed();
        close();
    }

    static String text(Packet.Publish message) {
        return message.payload().toString(StandardCharsets.UTF_8);
    }

    /// Closes without DISCONNECT.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
