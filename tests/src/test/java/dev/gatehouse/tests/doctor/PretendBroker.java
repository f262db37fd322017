package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// A server on loopback that does on every connection what a test tells it to.
final class PretendBroker implements AutoCloseable {
    private final ServerSocket listening;

    /// What happens on one connection; when it returns, the connection is closed.
    interface Conduct {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    PretendBroker(Conduct conduct) {
        this(conduct, InetAddress.getLoopbackAddress());
    }

    PretendBroker(Conduct conduct, InetAddress address) {
        try {
            listening = new ServerSocket(0, 50, address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    Thread.startVirtualThread(() -> serve(socket, conduct));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void serve(Socket socket, Conduct conduct) {
        try (socket) {
            socket.setTcpNoDelay(true);
            conduct.serve(socket);
        } catch (IOException e) {
            // The probe went away, as it may at any time.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes everything and says nothing, until the other side is tired of it.
    static void swallow(Socket socket) throws IOException {
        byte[] bytes = new byte[4096];
        while (socket.getInputStream().read(bytes) >= 0) {
            // nothing is said
        }
    }

    /// Closes with a reset.
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Reads what comes first, answers with these bytes, and stays.
    static Conduct answering(byte[] bytes) {
        return socket -> {
            if (socket.getInputStream().read(new byte[4096]) >= 0) {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
                swallow(socket);
            }
        };
    }

    static Conduct answeringHex(String hex) {
        return answering(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    static Conduct answering(String text) {
        return answering(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Says this at once, without being asked.
    static Conduct greeting(String text) {
        return socket -> {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            swallow(socket);
        };
    }

    /// What another server says, byte by byte.
    static Conduct dripping(int port) {
        return socket -> {
            try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread.startVirtualThread(() -> {
                    try {
                        socket.getInputStream().transferTo(behind.getOutputStream());
                        behind.shutdownOutput();
                    } catch (IOException e) {
                        // the probe went away
                    }
                });
                InputStream in = behind.getInputStream();
                for (int one = in.read(); one >= 0; one = in.read()) {
                    socket.getOutputStream().write(one);
                }
            }
        };
    }

    /// Reads what comes first, answers with these bytes, and then with these again and again, a few at a time.
    static Conduct endless(byte[] first, byte[] again) {
        return socket -> {
            if (socket.getInputStream().read(new byte[4096]) >= 0) {
                socket.getOutputStream().write(first);
                while (true) {
                    socket.getOutputStream().write(again);
                    Thread.sleep(5); // as slow as a server that means no good
                }
            }
        };
    }

    /// The same behind TLS.
    static Conduct encrypted(SSLContext tls, Conduct inside) {
        return socket -> {
            try (SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true)) {
                secured.setUseClientMode(false);
                secured.startHandshake();
                inside.serve(secured);
            }
        };
    }

    /// What a broker does with each packet; null ends the connection.
    interface Answers {
        @Nullable
        Answer to(Packet packet, Version version);
    }

    /// What is sent back: packets in a row, or raw bytes.
    sealed interface Answer {
        record Packets(List<Packet> all) implements Answer {
            Packets(Packet... each) {
                this(List.of(each));
            }
        }

        record Raw(Bytes bytes) implements Answer {
            Raw(byte[] each) {
                this(Bytes.copyOf(each));
            }
        }
    }

    static final Answer NOTHING = new Answer.Packets();

    /// Speaks MQTT, well or badly.
    static Conduct mqtt(Answers answers) {
        return socket -> {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 1 << 20);
            ByteBuf received = Unpooled.buffer();
            byte[] chunk = new byte[4096];
            try {
                while (true) {
                    Packet packet = reader.read(received);
                    if (packet == null) {
                        int count = in.read(chunk);
                        if (count < 0) {
                            return;
                        }
                        received.writeBytes(chunk, 0, count);
                        continue;
                    }
                    Version version = reader.version() == null ? Version.MQTT_3_1_1 : reader.version();
                    switch (answers.to(packet, version)) {
                        case null -> {
                            return;
                        }
                        case Answer.Raw(Bytes bytes) -> out.write(bytes.shared());
                        case Answer.Packets(var all) -> {
                            for (Packet each : all) {
                                ByteBuf bytes = Unpooled.buffer();
                                PacketWriter.write(each, version, bytes);
                                out.write(ByteBufUtil.getBytes(bytes));
                            }
                        }
                    }
                    out.flush();
                }
            } catch (ProtocolViolation e) {
                // as brokers do: closed without a word
            }
        };
    }

    /// As a broker with one client should: every message comes back with the QoS it has.
    static @Nullable Answer well(Packet packet) {
        return switch (packet) {
            case Packet.Connect _ -> new Answer.Packets(
                    new Packet.Connack(false, ReasonCode.SUCCESS, dev.gatehouse.mqtt.ConnackProperties.NONE));
            case Packet.Subscribe subscribe -> new Answer.Packets(new Packet.Suback(subscribe.packetId(),
                    List.of(ReasonCode.granted(subscribe.requests().getFirst().qos())), null,
                    List.of()));
            case Packet.Pingreq _ -> new Answer.Packets(new Packet.Pingresp());
            case Packet.Publish publish -> published(publish);
            case Packet.Pubrel pubrel -> new Answer.Packets(
                    new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS));
            case Packet.Disconnect _ -> null;
            default -> NOTHING;
        };
    }

    private static Answer published(Packet.Publish publish) {
        Packet back = new Packet.Publish(publish.topic(), publish.qos(), false, false, publish.packetId(),
                publish.properties(), publish.payload());
        return switch (publish.qos()) {
            case AT_MOST_ONCE -> new Answer.Packets(back);
            case AT_LEAST_ONCE -> new Answer.Packets(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS), back);
            case EXACTLY_ONCE -> new Answer.Packets(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS), back);
        };
    }

    /// Acknowledges and delivers nothing.
    static @Nullable Answer blackHole(Packet packet) {
        return packet instanceof Packet.Publish publish
                ? publish.qos() == Qos.AT_MOST_ONCE
                        ? NOTHING
                        : new Answer.Packets(publish.qos() == Qos.AT_LEAST_ONCE
                                ? new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS)
                                : new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS))
                : well(packet);
    }

    /// Refuses every CONNECT with this code, in the form of the client's version.
    static Conduct refusing(int code) {
        return mqtt((packet, version) -> packet instanceof Packet.Connect
                ? new Answer.Raw(version == Version.MQTT_5
                        ? new byte[]{0x20, 3, 0, (byte) code, 0}
                        : new byte[]{0x20, 2, 0, (byte) code})
                : null);
    }
}
