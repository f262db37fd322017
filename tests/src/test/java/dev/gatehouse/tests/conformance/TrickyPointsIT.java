package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.DISCONNECT;
import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.PINGRESP;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.join;
import static dev.gatehouse.tests.conformance.Bytes311.number;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.pubrel;
import static dev.gatehouse.tests.conformance.Bytes311.request;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static dev.gatehouse.tests.conformance.Bytes311.text;
import static dev.gatehouse.tests.conformance.Bytes311.unsuback;
import static dev.gatehouse.tests.conformance.Bytes311.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

/// What no numbered statement says by itself and brokers are known to get wrong.
class TrickyPointsIT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void packets_split_at_any_byte_are_the_same_packets() {
        String topic = bench.name("t");
        byte[] all = join(connect(bench.name("c")), subscribe(1, topic, 1), publish(QOS_1, topic, 2, "x"), PINGREQ);
        for (int cut = 1; cut < all.length; cut++) {
            Client311 client = bench.open().sends(Arrays.copyOf(all, cut));
            client.sends(Arrays.copyOfRange(all, cut, all.length)).gets(connack(false, 0)).gets(suback(1, 1));
            client.getsInAnyOrder(publish(QOS_1, topic, 1, "x"), puback(2), PINGRESP).disconnects();
        }
    }

    @Test
    void what_a_client_sends_before_it_has_seen_CONNACK_is_handled_behind_it() {
        String topic = bench.name("t");
        for (int flags : new int[]{CLEAN, 0}) {
            Client311 client = bench.open();
            client.sends(connect(flags, 0, text(bench.name("c"))), subscribe(1, topic, 0), publish(QOS_0, topic, "x"),
                    PINGREQ);
            client.gets(connack(false, 0)).getsInAnyOrder(suback(1, 0), publish(QOS_0, topic, "x"), PINGRESP);
            client.disconnects();
        }
    }

    @Test
    void a_packet_that_is_announced_too_large_is_refused_at_its_header() {
        bench.open(Door.TIGHT).sends(hex("10ffffff7f")).isClosed();
        int most = Door.TIGHT_PACKET_BYTES;
        String topic = bench.name("t");
        byte[] largest = publish(QOS_0, topic, "x".repeat(most - 3 - 2 - topic.length()));
        assertThat(largest).hasSize(most);
        Client311 client = bench.open(Door.TIGHT).sends(connect(bench.name("c"))).gets(connack(false, 0));
        client.subscribes(topic, 0).sends(largest).gets(largest);
        Client311 other = bench.open(Door.TIGHT).sends(connect(bench.name("c"))).gets(connack(false, 0));
        other.sends(Arrays.copyOf(publish(QOS_0, topic, "x".repeat(most - 3 - 2 - topic.length() + 1)), 3)).isClosed();
    }

    @Test
    void a_takeover_does_not_wait_for_an_older_client_that_does_not_read() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.connected(id).subscribes(topic, 0);
        Client311 publisher = bench.connected();
        for (int i = 0; i < 200; i++) {
            publisher.sends(publish(QOS_0, topic, "x".repeat(60_000)));
        }
        publisher.hasNothingElse();
        bench.connected(id).hasNothingElse();
    }

    @Test
    void of_many_connections_with_one_client_id_the_last_one_is_left() {
        String id = bench.name("c");
        List<Client311> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(bench.open().sends(connect(0, 0, text(id))));
            all.getLast().gets(connack(i > 0, 0));
        }
        Client311 last = all.removeLast();
        for (Client311 older : all) {
            older.isClosed();
        }
        last.hasNothingElse();
    }

    @Test
    void what_was_in_flight_at_a_takeover_goes_to_the_newer_connection() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 older = bench.resuming(id, false).subscribes(topic, 2);
        bench.connected().sends(publish(QOS_2, topic, 1, "a"), publish(QOS_1, topic, 2, "b")).gets(pubrec(1))
                .gets(puback(2));
        older.gets(publish(QOS_2, topic, 1, "a")).gets(publish(QOS_1, topic, 2, "b"));
        Client311 newer = bench.resuming(id, true).gets(publish(QOS_2 | DUP, topic, 1, "a"))
                .gets(publish(QOS_1 | DUP, topic, 2, "b")).hasNothingElse();
        older.isClosed();
        newer.sends(pubrec(1)).gets(pubrel(1)).sends(pubcomp(1), puback(2)).hasNothingElse();
    }

    @Test
    void subscribing_again_after_a_return_does_not_double_the_messages() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).disconnects();
        Client311 client = bench.resuming(id, true).subscribes(topic, 1);
        bench.connected().sends(publish(QOS_1, topic, 1, "x")).gets(puback(1));
        client.gets(publish(QOS_1, topic, 1, "x")).hasNothingElse();
    }

    @Test
    void order_holds_while_a_client_returns_and_publishing_goes_on() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).disconnects();
        Client311 publisher = bench.connected();
        for (int i = 1; i <= 300; i++) {
            publisher.sends(publish(QOS_1, topic, i, "message " + i));
        }
        Client311 back = bench.resuming(id, true);
        for (int i = 301; i <= 400; i++) {
            publisher.sends(publish(QOS_1, topic, i, "message " + i));
        }
        for (int i = 1; i <= 400; i++) {
            back.gets(publish(QOS_1, topic, i, "message " + i));
        }
    }

    @Test
    void a_client_that_subscribes_while_a_message_is_retained_gets_it_once() {
        Client311 publisher = bench.connected();
        for (int flags : new int[]{CLEAN, 0}) {
            Client311 client = bench.open().sends(connect(flags, 0, text(bench.name("c")))).gets(connack(false, 0));
            for (int round = 0; round < 50; round++) {
                String topic = bench.name("t");
                publisher.sends(publish(QOS_1 | RETAIN, topic, 1, "once"));
                client.sends(subscribe(1, topic, 0));
                publisher.gets(puback(1));
                List<String> seen = new ArrayList<>(List.of(client.next(), client.next()));
                seen.replaceAll(packet -> packet.startsWith("31") ? "30" + packet.substring(2) : packet);
                assertThat(seen).containsExactlyInAnyOrder(digits(suback(1, 0)), digits(publish(QOS_0, topic, "once")));
                publisher.sends(publish(QOS_0, topic, "sentinel"));
                client.gets(publish(QOS_0, topic, "sentinel")); // a second copy would have come before it
            }
        }
    }

    private static String digits(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void an_acknowledgement_of_another_kind_or_of_an_unknown_identifier_frees_nothing() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        bench.connected().sends(publish(QOS_1, topic, 1, "a"), publish(QOS_2, topic, 2, "b")).gets(puback(1))
                .gets(pubrec(2));
        client.gets(publish(QOS_1, topic, 1, "a")).gets(publish(QOS_2, topic, 2, "b"));
        client.sends(puback(2), pubcomp(1), pubcomp(2), puback(3), puback(65_535)).hasNothingElse().disconnects();
        bench.resuming(id, true).gets(publish(QOS_1 | DUP, topic, 1, "a")).gets(publish(QOS_2 | DUP, topic, 2, "b"));
    }

    @Test
    void PUBREL_of_an_unknown_identifier_is_completed() {
        bench.connected().sends(pubrel(4_711)).gets(pubcomp(4_711)).hasNothingElse();
    }

    @Test
    void a_half_closed_connection_is_a_lost_one_and_its_will_is_due() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), text(topic), text("half")))
                .gets(connack(false, 0)).halfCloses().isClosed();
        watcher.gets(publish(QOS_0, topic, "half"));
    }

    @Test
    void a_will_that_clears_a_retained_message_clears_it() {
        String topic = bench.name("t");
        bench.connected().sends(publish(QOS_1 | RETAIN, topic, 1, "kept")).gets(puback(1));
        Client311 watcher = bench.subscribed(topic, 0).gets(publish(RETAIN, topic, "kept"));
        bench.open().sends(connect(CLEAN | WILL | Bytes311.WILL_RETAIN, 0, text(bench.name("c")), text(topic),
                text(""))).gets(connack(false, 0)).vanishes();
        watcher.gets(publish(QOS_0, topic, ""));
        bench.subscribed(topic, 0).hasNothingElse();
    }

    @Test
    void a_will_that_may_not_be_published_is_refused_at_CONNECT() {
        bench.open(Door.GUARDED).sends(connect(CLEAN | WILL | USER_NAME | PASSWORD, 0, text(bench.name("c")),
                text("yours/x"), text("m"), text("narrow"), text("secret"))).gets(connack(false, 5)).isClosed();
    }

    @Test
    void a_session_of_MQTT_3_1_1_goes_on_in_MQTT_5_and_back() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).disconnects();
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 1, "x")).gets(puback(1));
        byte[] never = hex("05 11 ffffffff");
        Client311 five = bench.open().sends(packet(0x10, text("MQTT"), hex("05 00"), number(0), never, text(id)));
        assertThat(five.next()).as("CONNACK, session present, reason 0").matches("20..0100.*");
        five.gets(packet(0x32, text(topic), number(1), hex("00 78"))).sends(DISCONNECT).isClosed();
        bench.resuming(id, true).gets(publish(QOS_1 | DUP, topic, 1, "x"));
    }

    @Test
    void a_shared_and_a_plain_subscription_to_one_filter_are_two() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request("$share/g/" + topic, 0), request(topic, 1))).gets(suback(1, 0, 1));
        client.sends(unsubscribe(2, "$share/g/" + topic)).gets(unsuback(2));
        client.sends(publish(QOS_0, topic, "x")).gets(publish(QOS_0, topic, "x")).hasNothingElse();
        client.sends(subscribe(3, request("$share/g/" + topic, 0))).gets(suback(3, 0));
        client.sends(unsubscribe(4, topic)).gets(unsuback(4));
        client.sends(publish(QOS_0, topic, "y")).gets(publish(QOS_0, topic, "y")).hasNothingElse();
    }

    @Test
    void each_message_goes_to_one_member_of_a_group() {
        String topic = bench.name("t");
        Client311 one = bench.subscribed("$share/g/" + topic, 0);
        Client311 two = bench.subscribed("$share/g/" + topic, 0);
        Client311 plain = bench.subscribed(topic, 0);
        one.subscribes(topic + "/end", 0);
        two.subscribes(topic + "/end", 0);
        Client311 publisher = bench.connected();
        for (int i = 10; i < 50; i++) {
            publisher.sends(publish(QOS_0, topic, "" + i));
            plain.gets(publish(QOS_0, topic, "" + i));
        }
        publisher.sends(publish(QOS_0, topic + "/end", ""));
        List<String> shared = new ArrayList<>();
        for (Client311 member : List.of(one, two)) {
            String next = member.next();
            int before = shared.size();
            for (; !next.equals(digits(publish(QOS_0, topic + "/end", ""))); next = member.next()) {
                shared.add(next);
            }
            assertThat(shared.size()).as("each member has its part").isGreaterThan(before);
        }
        List<String> sent = new ArrayList<>();
        for (int i = 10; i < 50; i++) {
            sent.add(digits(publish(QOS_0, topic, "" + i)));
        }
        assertThat(shared).containsExactlyInAnyOrderElementsOf(sent);
    }
}
