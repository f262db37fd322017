package dev.gatehouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// The publisher's side of the protocol, against a service that the test plays.
@Timeout(30)
class PublisherTest {
    private static final int WINDOW = 4;

    private final Findings findings = new Findings();
    private final Ledger ledger = new Ledger(List.of(new Stream("p", "t", Qos.AT_LEAST_ONCE),
            new Stream("p", "t", Qos.EXACTLY_ONCE)));
    private int messages;
    private final Publisher publisher = new Publisher("p", Version.MQTT_3_1_1, ledger, findings, () -> messages++ % 2,
            16, WINDOW);
    private ServerSocket server;
    private Loop loop;
    private Socket socket = new Socket();
    private PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 1 << 20);
    private final ByteBuf in = Unpooled.buffer();

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        loop = new Loop(List.of(publisher));
        publisher.publishing(true);
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
        server.close();
    }

    private void connect(boolean sessionPresent) throws IOException {
        publisher.connect(loop, (InetSocketAddress) server.getLocalSocketAddress(), () -> true);
        socket = server.accept();
        reader = new PacketReader(PacketReader.Role.SERVER, 1 << 20);
        in.clear();
        assertThat(received(1)).singleElement().isInstanceOf(Packet.Connect.class);
        send(new Packet.Connack(sessionPresent, ReasonCode.SUCCESS, ConnackProperties.NONE));
    }

    private void drop() throws IOException {
        socket.close();
        assertThat(loop.until(() -> loop.open() == 0, loop::open, 10_000)).isTrue();
    }

    private void send(Packet packet) throws IOException {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, Version.MQTT_3_1_1, out);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
    }

    /// This many packets.
    private List<Packet> received(int count) throws IOException {
        List<Packet> packets = new ArrayList<>();
        loop.until(() -> {
            try {
                while (socket.getInputStream().available() > 0) {
                    in.writeByte(socket.getInputStream().read());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (Packet next = reader.read(in); next != null; next = reader.read(in)) {
                packets.add(next);
            }
            return packets.size() >= count;
        }, packets::size, 10_000);
        assertThat(packets).hasSize(count);
        return packets;
    }

    /// PUBLISH as `id QoS sequence`, with `dup` at its end; anything else as its name and `id`.
    private static List<String> brief(List<Packet> packets) {
        return packets.stream().map(packet -> switch (packet) {
            case Packet.Publish publish -> {
                Label label = Line.label(publish);
                yield publish.packetId() + " QoS" + publish.qos().level() + " " + (label == null
                        ? "?"
                        : label.sequence()) + (publish.duplicate() ? " dup" : "");
            }
            case Packet.Acknowledgement other -> other.getClass().getSimpleName() + " " + other.packetId();
            default -> packet.toString();
        }).toList();
    }

    @Test
    void no_more_than_the_window_is_under_way_and_every_end_makes_room() throws IOException {
        connect(false);
        assertThat(brief(received(WINDOW))).containsExactly("1 QoS1 1", "2 QoS2 1", "3 QoS1 2", "4 QoS2 2");
        send(new Packet.Puback(1, ReasonCode.SUCCESS));
        assertThat(brief(received(1))).containsExactly("5 QoS1 3");
        send(new Packet.Pubrec(2, ReasonCode.SUCCESS));
        assertThat(brief(received(1))).containsExactly("Pubrel 2");
        send(new Packet.Pubcomp(2, ReasonCode.SUCCESS));
        assertThat(brief(received(1))).containsExactly("6 QoS2 3");
        assertThat(ledger.acknowledged()).isEqualTo(2);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void what_is_not_acknowledged_is_sent_again_in_order_with_DUP_and_PUBREL_for_the_rest__MQTT_4_4_0_1()
            throws IOException {
        connect(false);
        received(WINDOW);
        publisher.publishing(false);
        send(new Packet.Puback(3, ReasonCode.SUCCESS));
        send(new Packet.Pubrec(2, ReasonCode.SUCCESS));
        received(1); // PUBREL
        drop();
        connect(true);
        assertThat(brief(received(3))).containsExactly("1 QoS1 1 dup", "Pubrel 2", "4 QoS2 2 dup");
        assertThat(ledger.resent()).isEqualTo(2);
        send(new Packet.Pubrec(4, ReasonCode.SUCCESS));
        assertThat(brief(received(1))).containsExactly("Pubrel 4");
        send(new Packet.Pubcomp(2, ReasonCode.SUCCESS));
        send(new Packet.Pubcomp(4, ReasonCode.SUCCESS));
        send(new Packet.Puback(1, ReasonCode.SUCCESS));
        assertThat(loop.until(publisher::isIdle, ledger::acknowledged, 10_000)).isTrue();
        assertThat(ledger.acknowledged()).isEqualTo(4);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void a_lost_session_is_found_and_what_was_not_acknowledged_starts_anew__MQTT_3_1_2_5() throws IOException {
        connect(false);
        received(WINDOW);
        publisher.publishing(false);
        send(new Packet.Pubrec(2, ReasonCode.SUCCESS));
        received(1); // PUBREL
        drop();
        connect(false);
        assertThat(brief(received(3))).containsExactly("1 QoS1 1", "3 QoS1 2", "4 QoS2 2");
        assertThat(findings.of(Violation.Kind.SESSION_LOST)).hasSize(1);
    }

    @Test
    void what_the_service_sent_before_it_died_counts() throws IOException {
        connect(false);
        received(WINDOW);
        publisher.publishing(false);
        send(new Packet.Puback(1, ReasonCode.SUCCESS));
        drop();
        assertThat(ledger.acknowledged()).isOne();
    }

    @Test
    void an_acknowledgement_of_nothing_is_found() throws IOException {
        connect(false);
        received(WINDOW);
        send(new Packet.Puback(99, ReasonCode.SUCCESS));
        send(new Packet.Pubcomp(2, ReasonCode.SUCCESS));
        assertThat(loop.until(() -> findings.count(Violation.Kind.ENDED) == 2, findings::count, 10_000)).isTrue();
    }
}
