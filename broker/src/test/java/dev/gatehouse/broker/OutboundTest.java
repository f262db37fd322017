package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

final class OutboundTest {
    private final Bench bench = new Bench();
    private final Session session = new Session(bench.tenant(), bench.simulation().lanes().getFirst(), "c", null, 0,
            false);
    private int dropped;
    private RecordingLink link = new RecordingLink("wire");

    private Outbound outbound(int messagesMax, long bytesMax, int receiveMaximum) {
        Outbound outbound = new Outbound(session, false, messagesMax, bytesMax);
        outbound.attached(receiveMaximum, link);
        return outbound;
    }

    private void offer(Outbound outbound, String payload, Qos qos) {
        offer(outbound, payload, qos, -1);
    }

    private void offer(Outbound outbound, String payload, Qos qos, long expirySeconds) {
        Message message = RetainedTreeTest.message("t", payload, expirySeconds, bench.simulation().nowMicros());
        dropped += outbound.offer(message, new Effect.Receiver(0, qos, false, List.of(), null), link) ? 0 : 1;
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
            assertThat(outbound.acknowledged(id)).isTrue();
        }
    }

    @Test
    void an_id_that_is_still_open_is_not_used_again__MQTT_2_2_1_4() {
        Outbound outbound = outbound(10, 1_000_000, 65_535);
        offer(outbound, "old", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 65_533; i++) {
            offer(outbound, "x", Qos.AT_LEAST_ONCE);
            assertThat(outbound.acknowledged(last().packetId())).isTrue();
        }
        offer(outbound, "waits", Qos.AT_LEAST_ONCE);
        assertThat(link.published()).hasSize(65_534);
        assertThat(outbound.acknowledged(1)).isTrue();
        outbound.pump(link);
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
        outbound.acknowledged(1);
        outbound.pump(link);
        assertThat(link.payloads()).containsExactly("1", "2");
    }

    @Test
    void an_error_frees_the_place__MQTT_4_4_0_2() {
        Outbound outbound = outbound(10, 1_000, 1);
        offer(outbound, "1", Qos.EXACTLY_ONCE);
        offer(outbound, "2", Qos.EXACTLY_ONCE);
        assertThat(outbound.received(1, true)).isEqualTo(Outbound.Receipt.REFUSED);
        outbound.pump(link);
        assertThat(link.payloads()).containsExactly("1", "2");
    }

    @Test
    void acknowledgements_of_the_wrong_kind_or_id_free_nothing() {
        Outbound outbound = outbound(10, 1_000, 2);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        offer(outbound, "2", Qos.EXACTLY_ONCE);
        offer(outbound, "3", Qos.AT_LEAST_ONCE);
        assertThat(outbound.acknowledged(2)).isFalse();
        assertThat(outbound.received(1, false)).isEqualTo(Outbound.Receipt.UNKNOWN);
        assertThat(outbound.completed(1)).isFalse();
        assertThat(outbound.completed(2)).as("PUBCOMP before PUBREC").isFalse();
        for (int id : new int[]{0, 3, 65_535, 65_536, 65_537, -1}) {
            assertThat(outbound.acknowledged(id)).as("id %d", id).isFalse();
        }
        outbound.pump(link);
        assertThat(link.payloads()).containsExactly("1", "2");
    }

    @Test
    void the_queue_takes_so_many_messages_and_no_more() {
        Outbound outbound = outbound(2, 1_000, 1);
        for (String payload : List.of("1", "2", "3", "4")) {
            offer(outbound, payload, Qos.AT_LEAST_ONCE);
        }
        assertThat(outbound.waiting()).isEqualTo(2);
        assertThat(dropped).isEqualTo(1);
    }

    @Test
    void the_queue_takes_so_many_bytes() {
        Outbound outbound = outbound(10, 12, 1);
        for (int i = 0; i < 3; i++) {
            offer(outbound, "12345", Qos.AT_LEAST_ONCE); // 6 with the topic; the first is in flight
        }
        offer(outbound, "", Qos.AT_LEAST_ONCE);
        assertThat(dropped).isEqualTo(1);
        outbound.acknowledged(1);
        outbound.pump(link);
        offer(outbound, "1234", Qos.AT_LEAST_ONCE);
        assertThat(dropped).isEqualTo(1);
    }

    @Test
    void expired_messages_make_room_in_a_full_queue__MQTT_3_3_2_5() {
        Outbound outbound = outbound(2, 1_000, 1);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        offer(outbound, "2", Qos.AT_LEAST_ONCE, 5);
        offer(outbound, "3", Qos.AT_LEAST_ONCE);
        bench.advanceSeconds(5);
        offer(outbound, "4", Qos.AT_LEAST_ONCE);
        assertThat(dropped).isZero();
        outbound.acknowledged(1);
        outbound.pump(link);
        assertThat(link.payloads()).containsExactly("1", "3");
    }

    @Test
    void the_time_that_a_message_waited_is_taken_off_its_expiry__MQTT_3_3_2_6() {
        Outbound outbound = outbound(10, 1_000, 1);
        offer(outbound, "1", Qos.AT_LEAST_ONCE);
        offer(outbound, "2", Qos.AT_LEAST_ONCE, 5);
        offer(outbound, "3", Qos.AT_LEAST_ONCE, 60);
        bench.advanceSeconds(20);
        outbound.acknowledged(1);
        outbound.pump(link);
        assertThat(link.payloads()).containsExactly("1", "3");
        assertThat(last().properties().messageExpirySeconds()).isEqualTo(40);
    }

    @Test
    void a_message_too_large_for_the_client_is_left_out_and_the_next_one_flows__MQTT_3_1_2_25() {
        Outbound outbound = outbound(10, 1_000, 5);
        link.takeAtMost(3);
        offer(outbound, "12345", Qos.AT_LEAST_ONCE);
        offer(outbound, "123", Qos.AT_LEAST_ONCE);
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
        outbound.pump(link);
        assertThat(link.payloads()).containsExactlyElementsOf(payloads);
    }

    @Test
    void properties_are_forwarded_with_the_subscription_identifiers_of_the_receiver__MQTT_3_3_4_3() {
        Outbound outbound = outbound(10, 1_000, 5);
        outbound.offer(RetainedTreeTest.message("t", "x", -1, 0),
                new Effect.Receiver(0, Qos.AT_LEAST_ONCE, false, List.of(4, 7), null), link);
        assertThat(link.published().getFirst().properties())
                .isEqualTo(PublishProperties.NONE.forHop(0, List.of(4, 7)));
    }
}
