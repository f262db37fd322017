package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

final class OutboundTest {
    private final Bench bench = new Bench();
    private final Session session = new Session(bench.tenant(), bench.simulation().lanes().getFirst(), "c", null);
    private RecordingLink link = new RecordingLink("wire");

    private Outbound outbound(int messagesMax, long bytesMax, int receiveMaximum) {
        Outbound outbound = new Outbound(messagesMax, bytesMax);
        outbound.attached(receiveMaximum, link, session);
        return outbound;
    }

    private Delivery delivery(String payload, Qos qos) {
        return delivery(payload, qos, -1);
    }

    private Delivery delivery(String payload, Qos qos, long expirySeconds) {
        return new Delivery(RetainedTreeTest.message("t", payload, expirySeconds, bench.simulation().nowMicros()), qos,
                false, List.of(), null);
    }

    private void offer(Outbound outbound, String payload, Qos qos) {
        outbound.offer(delivery(payload, qos), link, session);
    }

    private void reconnect(Outbound outbound, int receiveMaximum) {
        outbound.detached();
        link = new RecordingLink("next wire");
        outbound.attached(receiveMaximum, link, session);
    }

    private List<Integer> ids() {
        return link.published().stream().map(RecordingLink.Sent.Publish::packetId).toList();
    }

    private RecordingLink.Sent.Publish last() {
        return (RecordingLink.Sent.Publish) link.sent().getLast();
    }

    @Test
    void packet_ids_count_from_1_to_65535_and_begin_again__MQTT_2_2_1_4() {
        Outbound outbound = outbound(10, 1_000, 65_535);
        for (int i = 0; i < 65_537; i++) {
            offer(outbound, "x", Qos.AT_LEAST_ONCE);
            int id = last().packetId();
            assertThat(id).isEqualTo(i % 65_535 + 1);
            assertThat(outbound.acknowledged(id, session)).isTrue();
        }
    }

    @Test
    void an_id_that_is_still_open_is_not_used_again__MQTT_2_2_1_4() {
        Outbound outbound = outbound(10, 1_000_000, 65_535);
        offer(outbound, "old", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 65_533; i++) {
            offer(outbound, "x", Qos.AT_LEAST_ONCE);
            assertThat(outbound.acknowledged(last().packetId(), session)).isTrue();
        }
        offer(outbound, "waits", Qos.AT_LEAST_ONCE);
        assertThat(link.published()).hasSize(65_534);
        assertThat(outbound.acknowledged(1, session)).isTrue();
        outbound.pump(link, session);
        assertThat(last().payload()).isEqualTo("waits");
        assertThat(last().packetId()).isEqualTo(65_535);
    }

    @Test
    void a_receive_maximum_of_one_sends_strictly_one_by_one__MQTT_3_3_4_9() {
        Outbound outbound = outbound(10, 1_000, 1);
        for (String payload : List.of("1", "2", "3")) {
            offer(outbound, payload, Qos.AT_LEAST_ONCE);
        }
        assertThat(link.payloads()).containsExactly("1");
        outbound.acknowledged(1, session);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "2");
    }

    @Test
    void after_a_reconnect_all_that_is_open_comes_again_in_order_with_its_ids__MQTT_4_4_0_1() {
        Outbound outbound = outbound(10, 1_000, 10);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        offer(outbound, "2", Qos.EXACTLY_ONCE);
        offer(outbound, "3", Qos.EXACTLY_ONCE);
        offer(outbound, "4", Qos.AT_LEAST_ONCE);
        outbound.acknowledged(1, session);
        outbound.received(2, false, session);
        reconnect(outbound, 10);
        assertThat(link.sent().getFirst())
                .isEqualTo(new RecordingLink.Sent.Other(new Packet.Pubrel(2, ReasonCode.SUCCESS)));
        assertThat(ids()).containsExactly(3, 4);
        assertThat(link.published()).allMatch(RecordingLink.Sent.Publish::duplicate);
        offer(outbound, "5", Qos.AT_LEAST_ONCE);
        assertThat(last().duplicate()).isFalse();
    }

    @Test
    void a_receive_maximum_lowered_at_reconnect_holds_for_what_is_repeated() {
        Outbound outbound = outbound(10, 1_000, 10);
        for (String payload : List.of("1", "2", "3")) {
            offer(outbound, payload, Qos.AT_LEAST_ONCE);
        }
        reconnect(outbound, 2);
        offer(outbound, "4", Qos.AT_LEAST_ONCE);
        assertThat(link.payloads()).containsExactly("1", "2");
        outbound.acknowledged(1, session);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "2", "3");
        outbound.acknowledged(2, session);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void an_acknowledgement_of_what_is_not_repeated_yet_counts() {
        Outbound outbound = outbound(10, 1_000, 10);
        for (String payload : List.of("1", "2", "3")) {
            offer(outbound, payload, Qos.AT_LEAST_ONCE);
        }
        reconnect(outbound, 1);
        assertThat(outbound.acknowledged(2, session)).isTrue();
        assertThat(outbound.acknowledged(3, session)).isTrue();
        assertThat(outbound.acknowledged(1, session)).isTrue();
        outbound.pump(link, session);
        offer(outbound, "4", Qos.AT_LEAST_ONCE);
        assertThat(link.payloads()).containsExactly("1", "4");
    }

    @Test
    void an_error_frees_the_place_and_is_not_repeated__MQTT_4_4_0_2() {
        Outbound outbound = outbound(10, 1_000, 1);
        offer(outbound, "1", Qos.EXACTLY_ONCE);
        offer(outbound, "2", Qos.EXACTLY_ONCE);
        assertThat(outbound.received(1, true, session)).isZero();
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "2");
        reconnect(outbound, 5);
        assertThat(link.payloads()).containsExactly("2");
    }

    @Test
    void acknowledgements_of_the_wrong_kind_or_id_free_nothing() {
        Outbound outbound = outbound(10, 1_000, 2);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        offer(outbound, "2", Qos.EXACTLY_ONCE);
        offer(outbound, "3", Qos.AT_LEAST_ONCE);
        assertThat(outbound.acknowledged(2, session)).isFalse();
        assertThat(outbound.received(1, false, session)).isNegative();
        assertThat(outbound.completed(1, session)).isFalse();
        assertThat(outbound.completed(2, session)).as("PUBCOMP before PUBREC").isFalse();
        for (int id : new int[]{0, 3, 65_535, 65_536, 65_537, -1}) {
            assertThat(outbound.acknowledged(id, session)).as("id %d", id).isFalse();
        }
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "2");
    }

    @Test
    void the_queue_takes_so_many_messages_and_no_more() {
        Outbound outbound = outbound(2, 1_000, 1);
        for (String payload : List.of("1", "2", "3", "4")) {
            offer(outbound, payload, Qos.AT_LEAST_ONCE);
        }
        assertThat(outbound.waiting()).isEqualTo(2);
        assertThat(outbound.dropped()).isEqualTo(1);
    }

    @Test
    void the_queue_takes_so_many_bytes_with_what_is_in_flight() {
        Outbound outbound = outbound(10, 12, 1);
        offer(outbound, "12345", Qos.AT_LEAST_ONCE); // 6 with the topic
        offer(outbound, "12345", Qos.AT_LEAST_ONCE);
        offer(outbound, "", Qos.AT_LEAST_ONCE);
        assertThat(outbound.dropped()).isEqualTo(1);
        outbound.acknowledged(1, session);
        outbound.pump(link, session);
        outbound.acknowledged(2, session);
        offer(outbound, "12345678901", Qos.AT_LEAST_ONCE);
        assertThat(link.payloads()).containsExactly("12345", "12345", "12345678901");
    }

    @Test
    void expired_messages_make_room_in_a_full_queue__MQTT_3_3_2_5() {
        Outbound outbound = outbound(2, 1_000, 1);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        outbound.offer(delivery("2", Qos.AT_LEAST_ONCE, 5), link, session);
        offer(outbound, "3", Qos.AT_LEAST_ONCE);
        bench.advanceSeconds(5);
        offer(outbound, "4", Qos.AT_LEAST_ONCE);
        assertThat(outbound.dropped()).isZero();
        outbound.acknowledged(1, session);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "3");
    }

    @Test
    void the_time_that_a_message_waited_is_taken_off_its_expiry__MQTT_3_3_2_6() {
        Outbound outbound = outbound(10, 1_000, 1);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        outbound.offer(delivery("2", Qos.AT_LEAST_ONCE, 5), link, session);
        outbound.offer(delivery("3", Qos.AT_LEAST_ONCE, 60), link, session);
        bench.advanceSeconds(20);
        outbound.acknowledged(1, session);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactly("1", "3");
        assertThat(last().properties().messageExpirySeconds()).isEqualTo(40);
    }

    @Test
    void a_message_under_way_does_not_expire_any_more__MQTT_4_3_3_13() {
        Outbound outbound = outbound(10, 1_000, 5);
        outbound.offer(delivery("1", Qos.EXACTLY_ONCE, 5), link, session);
        bench.advanceSeconds(60);
        reconnect(outbound, 5);
        assertThat(link.payloads()).containsExactly("1");
    }

    @Test
    void a_message_too_large_for_the_client_is_left_out_and_the_next_one_flows__MQTT_3_1_2_25() {
        Outbound outbound = outbound(10, 1_000, 5);
        link.takeAtMost(3);
        offer(outbound, "12345", Qos.AT_LEAST_ONCE);
        offer(outbound, "123", Qos.AT_LEAST_ONCE);
        assertThat(ids()).containsExactly(1);
        outbound.detached();
        link = new RecordingLink("narrow wire");
        link.takeAtMost(2);
        outbound.attached(5, link, session);
        offer(outbound, "12", Qos.AT_LEAST_ONCE);
        assertThat(link.payloads()).containsExactly("12");
        assertThat(ids()).containsExactly(2);
    }

    @Test
    void nothing_is_added_to_a_congested_wire() {
        Outbound outbound = outbound(10, 1_000, 5);
        link.congest(true);
        List<String> payloads = new ArrayList<>(List.of("1", "2", "3"));
        payloads.forEach(payload -> offer(outbound, payload, Qos.AT_LEAST_ONCE));
        assertThat(link.payloads()).isEmpty();
        link.congest(false);
        outbound.pump(link, session);
        assertThat(link.payloads()).containsExactlyElementsOf(payloads);
    }

    @Test
    void properties_are_forwarded_with_the_subscription_identifiers_of_the_receiver__MQTT_3_3_4_3() {
        Outbound outbound = outbound(10, 1_000, 5);
        outbound.offer(new Delivery(RetainedTreeTest.message("t", "x", -1, 0), Qos.AT_LEAST_ONCE, false, List.of(4, 7),
                null), link, session);
        assertThat(link.published().getFirst().properties())
                .isEqualTo(PublishProperties.NONE.forHop(0, List.of(4, 7)));
    }
}
