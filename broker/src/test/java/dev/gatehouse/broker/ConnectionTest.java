package dev.gatehouse.broker;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

/// What one client sends, and what it is answered.
final class ConnectionTest {
    private final Bench bench = new Bench();
    private final TestClient subscriber = bench.client("s").connect(Connects.v5()).subscribe("#", Qos.EXACTLY_ONCE);
    private final TestClient client = bench.client("c").connect(Connects.v5());

    private static final Grants ONLY_MINE = new Grants() {
        @Override
        public boolean mayPublish(String topic) {
            return topic.startsWith("mine/");
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return filter.filter().startsWith("mine/");
        }
    };

    @Test
    void a_publish_is_answered_by_its_qos__MQTT_3_3_4_1() {
        client.publish("t", "0", Qos.AT_MOST_ONCE);
        assertThat(client.link().packets()).hasSize(1);
        int one = client.publish("t", "1", Qos.AT_LEAST_ONCE);
        assertThat(client.link().last()).isEqualTo(new Packet.Puback(one, ReasonCode.SUCCESS));
        int two = client.publish("t", "2", Qos.EXACTLY_ONCE);
        assertThat(client.link().last()).isEqualTo(new Packet.Pubrec(two, ReasonCode.SUCCESS));
        client.pubrel(two);
        assertThat(client.link().last()).isEqualTo(new Packet.Pubcomp(two, ReasonCode.SUCCESS));
        assertThat(subscriber.payloads()).containsExactly("0", "1", "2");
        assertThat(client.unreleased()).isZero();
    }

    @Test
    void nobody_there_is_said_in_the_answer() {
        subscriber.drop();
        int id = client.publish("t", "1", Qos.AT_LEAST_ONCE);
        assertThat(client.link().last()).isEqualTo(new Packet.Puback(id, ReasonCode.NO_MATCHING_SUBSCRIBERS));
    }

    @Test
    void a_repeated_qos_1_message_is_delivered_again_and_a_qos_2_message_is_not__MQTT_4_3_3_10() {
        for (Qos qos : List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
            int id = client.publish("t", qos.name(), qos);
            client.publish("t", qos.name(), qos, false, id, true, PublishProperties.NONE);
        }
        assertThat(subscriber.payloads()).containsExactly("AT_LEAST_ONCE", "AT_LEAST_ONCE", "EXACTLY_ONCE");
        assertThat(client.link().packets()).hasSize(5);
    }

    @Test
    void an_id_is_a_new_message_after_pubcomp__MQTT_4_3_3_12() {
        int id = client.publish("t", "1", Qos.EXACTLY_ONCE);
        client.pubrel(id);
        client.publish("t", "2", Qos.EXACTLY_ONCE, false, id, false, PublishProperties.NONE);
        assertThat(subscriber.payloads()).containsExactly("1", "2");
    }

    @Test
    void the_state_of_a_qos_2_message_survives_the_reconnect_of_its_publisher() {
        client.connect(Connects.v5().keep(100));
        int id = client.publish("t", "1", Qos.EXACTLY_ONCE);
        client.drop().connect(Connects.v5().keep(100));
        client.publish("t", "1", Qos.EXACTLY_ONCE, false, id, true, PublishProperties.NONE);
        client.pubrel(id);
        assertThat(client.link().last()).isEqualTo(new Packet.Pubcomp(id, ReasonCode.SUCCESS));
        assertThat(subscriber.payloads()).containsExactly("1");
    }

    @Test
    void an_unknown_id_is_named_in_pubcomp_and_pubrel() {
        client.pubrel(77);
        assertThat(client.link().last()).isEqualTo(new Packet.Pubcomp(77, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        client.pubrec(78);
        assertThat(client.link().last()).isEqualTo(new Packet.Pubrel(78, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        client.puback(79);
        client.pubcomp(80);
        assertThat(client.link().isOver()).isFalse();
    }

    @Test
    void the_way_to_a_qos_2_subscriber_is_publish_pubrec_pubrel_pubcomp__MQTT_4_3_3_4() {
        client.publish("t", "1", Qos.EXACTLY_ONCE);
        subscriber.pubrec(1);
        assertThat(subscriber.link().last()).isEqualTo(new Packet.Pubrel(1, ReasonCode.SUCCESS));
        subscriber.pubcomp(1);
        client.publish("t", "2", Qos.EXACTLY_ONCE);
        assertThat(subscriber.published().getLast().packetId()).isEqualTo(2);
    }

    @Test
    void pingreq_is_answered__MQTT_3_12_4_1() {
        client.send(new Packet.Pingreq());
        assertThat(client.link().last()).isEqualTo(new Packet.Pingresp());
    }

    private void aliased(String topic, int alias) {
        client.publish(topic, "x", Qos.AT_MOST_ONCE, false, 0, false, PublishProperties.NONE.forHop(alias, List.of()));
    }

    @Test
    void an_alias_stands_for_its_topic_until_it_is_set_anew__MQTT_3_3_2_12() {
        aliased("first", 8);
        aliased("", 8);
        aliased("second", 8);
        aliased("", 8);
        assertThat(subscriber.published()).extracting(RecordingLink.Sent.Publish::topic).containsExactly("first",
                "first", "second", "second");
        assertThat(subscriber.published()).allMatch(publish -> publish.properties().topicAlias() == 0);
    }

    @Test
    void an_alias_dies_with_its_connection__MQTT_3_3_2_7() {
        aliased("first", 1);
        client.connect(Connects.v5());
        aliased("", 1);
        assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void an_alias_above_the_maximum_ends_the_connection__MQTT_3_3_2_9() {
        aliased("t", 9);
        assertThat(client.link().ended().ending()).isEqualTo(Ending.TOPIC_ALIAS_INVALID);
        assertThat(client.unreleased()).isZero();
    }

    @Test
    void more_unfinished_messages_than_the_receive_maximum_end_the_connection__MQTT_3_3_4_7() {
        for (int i = 0; i < 100; i++) {
            client.publish("t", "x", Qos.EXACTLY_ONCE);
            client.publish("t", "x", Qos.AT_LEAST_ONCE, false, 1_000 + i, false, PublishProperties.NONE);
            if (i == 98) {
                assertThat(client.link().isOver()).isFalse();
            }
            if (client.link().isOver()) {
                break;
            }
        }
        assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void each_connection_starts_with_the_full_receive_maximum() {
        client.connect(Connects.v5().keep(100));
        for (int i = 0; i < 60; i++) {
            client.publish("t", "x", Qos.EXACTLY_ONCE);
        }
        client.drop().connect(Connects.v5().keep(100));
        for (int i = 0; i < 100; i++) {
            client.publish("t", "x", Qos.EXACTLY_ONCE);
        }
        assertThat(client.link().isOver()).isFalse();
    }

    @Test
    void what_is_not_permitted_is_said_in_the_answer_and_dropped_with_qos_0() {
        client.granted(ONLY_MINE).connect(Connects.v5());
        client.publish("theirs", "0", Qos.AT_MOST_ONCE);
        client.publish("theirs", "1", Qos.AT_LEAST_ONCE);
        assertThat(((Packet.Puback) client.link().last()).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(((Packet.Puback) client.link().last()).reasonString()).isNotNull();
        int id = client.publish("theirs", "2", Qos.EXACTLY_ONCE);
        assertThat(((Packet.Pubrec) client.link().last()).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.publish("mine/t", "3", Qos.EXACTLY_ONCE, false, id, false, PublishProperties.NONE);
        assertThat(subscriber.payloads()).containsExactly("3");
    }

    @Test
    void no_reason_string_for_who_wants_none__MQTT_3_1_2_29() {
        client.granted(ONLY_MINE).connect(Connects.v5().silent());
        client.publish("theirs", "1", Qos.AT_LEAST_ONCE);
        assertThat(((Packet.Puback) client.link().last()).reasonString()).isNull();
    }

    @Test
    void an_old_client_is_disconnected_for_what_is_not_permitted__MQTT_3_3_5_2() {
        for (Qos qos : Qos.values()) {
            client.granted(ONLY_MINE).connect(Connects.v3());
            client.publish("theirs", "x", qos);
            assertThat(client.link().ended())
                    .isEqualTo(new RecordingLink.Sent.Ended(Ending.PUBLISH_NOT_PERMITTED, null, "topic theirs"));
        }
        assertThat(subscriber.payloads()).isEmpty();
    }

    @Test
    void suback_says_for_each_filter_what_was_granted__MQTT_3_8_4_6() {
        client.granted(ONLY_MINE).connect(Connects.v5());
        client.subscribe(0, request("mine/a", Qos.EXACTLY_ONCE), request("theirs", Qos.AT_MOST_ONCE),
                request("mine/#/x", Qos.AT_MOST_ONCE), request("mine" + "/x".repeat(32), Qos.AT_MOST_ONCE));
        assertThat(client.suback()).containsExactly(ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED,
                ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.QUOTA_EXCEEDED);
    }

    private static Packet.Subscribe.Request request(String filter, Qos qos) {
        return new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND);
    }

    @Test
    void unsuback_says_for_each_filter_whether_it_was_there__MQTT_3_10_4_5() {
        client.subscribe("a/+", Qos.AT_MOST_ONCE).unsubscribe("a/b", "a/+", "a/+");
        assertThat(((Packet.Unsuback) client.link().last()).reasons()).containsExactly(
                ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
        subscriber.publish("a/b", "x", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).isEmpty();
    }

    @Test
    void a_slow_reader_loses_qos_0_messages_and_they_are_counted() {
        subscriber.link().congest(true);
        client.publish("t", "0", Qos.AT_MOST_ONCE);
        client.publish("t", "1", Qos.AT_LEAST_ONCE);
        subscriber.writable();
        assertThat(subscriber.payloads()).containsExactly("1");
        assertThat(bench.tenant().messagesDropped()).isEqualTo(1);
        assertThat(bench.tenant().messagesSent()).isEqualTo(1);
        assertThat(bench.tenant().messagesReceived()).isEqualTo(2);
    }

    @Test
    void properties_of_a_message_are_forwarded_unchanged__MQTT_3_3_2_17() {
        PublishProperties properties = new PublishProperties(0, List.of(), 1, 60, "answer/here",
                dev.gatehouse.mqtt.Bytes.copyOf(new byte[]{1, 2}), "text/plain",
                List.of(new dev.gatehouse.mqtt.UserProperty("a", "1"), new dev.gatehouse.mqtt.UserProperty("a", "2")));
        client.publish("t", "x", Qos.AT_MOST_ONCE, false, 0, false, properties);
        assertThat(subscriber.published().getFirst().properties()).isEqualTo(properties);
    }

    @Test
    void nothing_is_handled_after_the_end() {
        client.disconnect();
        client.publish("t", "late", Qos.AT_MOST_ONCE);
        assertThat(subscriber.payloads()).isEmpty();
        assertThat(client.unreleased()).isZero();
    }
}
