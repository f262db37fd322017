package dev.gatehouse.tests.conformance;

import java.io.ByteArrayOutputStream;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// Transport, delivery and order, MQTT 5 §4.2, §4.5 and §4.6.
class Operation5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private byte[] conversation() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Packet packet : List.of(bench.as("client").packet(),
                Subscribing.to(bench.topic("a"), AT_LEAST_ONCE).packetId(7).packet(),
                Publishing.to(bench.topic("a")).atLeastOnce(8).text("x".repeat(200)).packet(),
                new Packet.Pingreq())) {
            ByteBuf out = Unpooled.buffer();
            PacketWriter.write(packet, Version.MQTT_5, out);
            all.writeBytes(ByteBufUtil.getBytes(out));
        }
        return all.toByteArray();
    }

    private void answered(Client client) {
        assertThat(client.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(client.next(Packet.Suback.class).packetId()).isEqualTo(7);
        List<Packet> both = List.of(client.next(), client.next());
        assertThat(both).hasAtLeastOneElementOfType(Packet.Publish.class)
                .hasAtLeastOneElementOfType(Packet.Puback.class);
        assertThat(client.next()).isInstanceOf(Packet.Pingresp.class);
    }

    @Test
    void packets_can_be_cut_and_joined_anywhere__MQTT_4_2_1() {
        byte[] conversation = conversation();
        answered(bench.client().bytes(conversation));
        Client bytewise = bench.client();
        for (byte single : conversation) {
            bytewise.bytes(new byte[]{single});
        }
        answered(bytewise);
    }

    @Test
    void an_accepted_message_reaches_every_matching_session__MQTT_4_5_0_1() {
        Connecting away = bench.as("away").resuming().expiry(60);
        bench.connected(away).subscribed(bench.topic("#"), AT_LEAST_ONCE).close();
        Client one = bench.subscribed("one", bench.topic("a"), AT_LEAST_ONCE);
        Client two = bench.subscribed("two", bench.topic("+"), EXACTLY_ONCE);
        Client sender = bench.subscribed("sender", bench.topic("a"), AT_MOST_ONCE);
        sender.send(Publishing.to(bench.topic("a")).exactlyOnce(1).packet());
        assertThat(one.receive().topic()).isEqualTo(bench.topic("a"));
        assertThat(two.receive().topic()).isEqualTo(bench.topic("a"));
        assertThat(bench.connected(away).receive().topic()).isEqualTo(bench.topic("a"));
        List<Packet> both = List.of(sender.next(), sender.next());
        assertThat(both).hasAtLeastOneElementOfType(Packet.Publish.class)
                .hasAtLeastOneElementOfType(Packet.Pubrec.class);
    }

    @Test
    void each_publishers_messages_keep_their_order__MQTT_4_6_0_5__MQTT_4_6_0_6() {
        Connecting lasting = bench.as("lasting").resuming().expiry(60).receiveMaximum(3);
        bench.connected(lasting).subscribed(bench.topic("#"), EXACTLY_ONCE).close();
        Client online = bench.connected(bench.as("online").receiveMaximum(2)).subscribed(bench.topic("+"),
                EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int number = 1; number <= 30; number++) {
            for (Qos qos : List.of(AT_LEAST_ONCE, EXACTLY_ONCE)) {
                Publishing message = Publishing.to(bench.topic("a")).text("" + number);
                sender.publish(qos == AT_LEAST_ONCE ? message.atLeastOnce(number) : message.exactlyOnce(number));
            }
        }
        Client again = bench.connected(lasting);
        for (Client receiver : List.of(online, again)) {
            int[] last = new int[3];
            for (int received = 0; received < 60; received++) {
                Packet.Publish message = receiver.receive();
                int level = message.qos().level();
                assertThat(Integer.parseInt(Client.text(message))).isEqualTo(++last[level]);
            }
            receiver.idle();
        }
    }

    /// Also while the subscriber comes and goes: what it did not acknowledge comes first, then what waited.
    @Test
    void the_order_stays_when_the_connection_is_lost_on_the_way__MQTT_4_6_0_5__MQTT_4_4_0_1() {
        Connecting lasting = bench.as("lasting").resuming().expiry(60).receiveMaximum(3);
        Client receiver = bench.connected(lasting).subscribed(bench.topic("a"), AT_LEAST_ONCE);
        Client sender = bench.connected("sender");
        for (int number = 1; number <= 10; number++) {
            sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(number).text("" + number));
        }
        assertThat(Client.text(receiver.receive())).isEqualTo("1");
        for (int number = 2; number <= 4; number++) {
            assertThat(Client.text(receiver.next(Packet.Publish.class))).isEqualTo("" + number);
        }
        receiver.idle().close();
        Client again = bench.connected(lasting);
        for (int number = 2; number <= 10; number++) {
            Packet.Publish message = again.receive();
            assertThat(Client.text(message)).isEqualTo("" + number);
            assertThat(message.duplicate()).isEqualTo(number <= 4);
        }
        again.idle();
    }
}
