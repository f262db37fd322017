package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Packet.RetainHandling;
import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

/// What a new subscriber is sent of the retained messages.
final class RetainedOnSubscribeTest {
    private final Bench bench = new Bench();
    private final TestClient publisher = bench.client("p").connect(Connects.v5());
    private final TestClient client = bench.client("c").connect(Connects.v5());

    private static Packet.Subscribe.Request request(String filter, boolean asPublished, RetainHandling handling) {
        return new Packet.Subscribe.Request(filter, Qos.EXACTLY_ONCE, false, asPublished, handling);
    }

    @Test
    void retain_handling_0_sends_them_at_every_subscribe__MQTT_3_3_1_9() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        for (int i = 0; i < 2; i++) {
            client.subscribe(0, request("t", false, RetainHandling.SEND));
        }
        assertThat(client.payloads()).containsExactly("1", "1");
        assertThat(client.published()).allMatch(RecordingLink.Sent.Publish::retain);
    }

    @Test
    void retain_handling_1_sends_them_to_new_subscriptions_only__MQTT_3_3_1_10() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        for (int i = 0; i < 2; i++) {
            client.subscribe(0, request("t", false, RetainHandling.SEND_IF_NEW));
        }
        assertThat(client.payloads()).hasSize(1);
        client.unsubscribe("t").subscribe(0, request("t", false, RetainHandling.SEND_IF_NEW));
        assertThat(client.payloads()).hasSize(2);
    }

    @Test
    void a_subscription_of_a_resumed_session_is_not_new() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        client.connect(Connects.v5().keep(100)).subscribe(0, request("t", false, RetainHandling.SEND_IF_NEW)).drop();
        client.connect(Connects.v5().keep(100)).subscribe(0, request("t", false, RetainHandling.SEND_IF_NEW));
        assertThat(client.payloads()).isEmpty();
    }

    @Test
    void retain_handling_2_sends_none_and_later_ones_come_live__MQTT_3_3_1_11() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        client.subscribe(0, request("t", false, RetainHandling.DO_NOT_SEND));
        publisher.publish("t", "2", Qos.AT_MOST_ONCE, true);
        assertThat(client.payloads()).containsExactly("2");
    }

    @Test
    void retain_as_published_keeps_the_flag_and_its_absence_clears_it__MQTT_3_3_1_13() {
        client.subscribe(0, request("kept", true, RetainHandling.SEND), request("plain", false, RetainHandling.SEND));
        for (String topic : List.of("kept", "plain")) {
            publisher.publish(topic, "live", Qos.AT_MOST_ONCE, true);
            publisher.publish(topic, "never", Qos.AT_MOST_ONCE, false);
        }
        assertThat(client.published()).extracting(RecordingLink.Sent.Publish::retain).containsExactly(true, false,
                false, false);
    }

    @Test
    void the_qos_of_the_retained_message_is_kept_up_to_the_one_granted__MQTT_3_8_4_8() {
        publisher.publish("a", "2", Qos.EXACTLY_ONCE, true);
        publisher.publish("b", "0", Qos.AT_MOST_ONCE, true);
        client.subscribe("+", Qos.AT_LEAST_ONCE);
        assertThat(client.published()).extracting(RecordingLink.Sent.Publish::qos)
                .containsExactlyInAnyOrder(Qos.AT_LEAST_ONCE, Qos.AT_MOST_ONCE);
    }

    @Test
    void the_empty_message_that_clears_a_topic_is_delivered_and_not_kept__MQTT_3_3_1_7() {
        client.subscribe("t", Qos.AT_MOST_ONCE);
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        publisher.publish("t", "", Qos.AT_MOST_ONCE, true);
        assertThat(client.payloads()).containsExactly("1", "");
        assertThat(bench.tenant().retainedCount()).isZero();
    }

    @Test
    void a_message_without_the_flag_leaves_the_retained_one_alone__MQTT_3_3_1_8() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        publisher.publish("t", "2", Qos.AT_MOST_ONCE, false);
        publisher.publish("t", "", Qos.AT_MOST_ONCE, false);
        client.subscribe("t", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).containsExactly("1");
    }

    @Test
    void a_shared_subscription_gets_none__MQTT_4_8_2() {
        publisher.publish("t", "1", Qos.AT_MOST_ONCE, true);
        client.subscribe("$share/g/t", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).isEmpty();
    }

    @Test
    void no_local_holds_for_the_own_retained_message_too__MQTT_3_8_3_3() {
        client.publish("t", "own", Qos.AT_MOST_ONCE, true);
        client.subscribe(0, new Packet.Subscribe.Request("t", Qos.AT_MOST_ONCE, true, false, RetainHandling.SEND));
        client.publish("t", "own again", Qos.AT_MOST_ONCE, false);
        assertThat(client.payloads()).isEmpty();
        publisher.publish("t", "other", Qos.AT_MOST_ONCE, false);
        assertThat(client.payloads()).containsExactly("other");
    }

    @Test
    void a_slow_reader_gets_them_all_and_none_that_was_replaced_meanwhile() {
        for (int i = 0; i < 50; i++) {
            publisher.publish("t/" + i, "old " + i, Qos.AT_MOST_ONCE, true);
        }
        client.link().congestAfter(10);
        client.subscribe("#", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).hasSize(10);
        String next = client.published().getLast().topic().equals("t/9") ? "t/8" : "t/9"; // the last of all in order
        publisher.publish(next, "new", Qos.AT_MOST_ONCE, true);
        client.writable();
        assertThat(client.payloads()).hasSize(49).doesNotHaveDuplicates().doesNotContain("old " + next.substring(2));
    }

    /// Two lanes, every interleaving of what the publisher's lane and the subscriber's do: it comes exactly once.
    @Test
    void a_retained_message_published_while_somebody_subscribes_comes_once_whatever_the_order() {
        for (int subscribeAt = 0; subscribeAt <= 8; subscribeAt++) {
            for (boolean wildcard : new boolean[]{false, true}) {
                race(subscribeAt, wildcard ? "#" : "t");
            }
        }
    }

    private static void race(int subscribeAt, String filter) {
        Bench two = new Bench(2, 0, Bench.LIMITS);
        TestClient publisher = onLane(two, 0).connect(Connects.v5());
        TestClient client = onLane(two, 1).connect(Connects.v5());
        List<Runnable> steps = new ArrayList<>();
        steps.add(() -> publisher.publish("t", "1", Qos.AT_LEAST_ONCE, true));
        steps.add(two.simulation()::step);
        steps.add(two.simulation()::step);
        steps.add(() -> publisher.publish("t", "2", Qos.AT_LEAST_ONCE, true));
        steps.add(() -> publisher.publish("t", "3", Qos.AT_LEAST_ONCE, true));
        steps.add(two.simulation()::step);
        steps.add(two.simulation()::step);
        for (int i = 0; i <= steps.size(); i++) {
            if (i == subscribeAt) {
                client.subscribe(filter, Qos.AT_LEAST_ONCE);
            }
            if (i < steps.size()) {
                steps.get(i).run();
            }
        }
        if (subscribeAt > steps.size()) {
            client.subscribe(filter, Qos.AT_LEAST_ONCE);
        }
        two.run();
        int first = subscribeAt == 0 ? 1 : subscribeAt <= 3 ? 1 : subscribeAt == 4 ? 2 : 3;
        List<String> expected = new ArrayList<>();
        for (int i = first; i <= 3; i++) {
            expected.add(Integer.toString(i));
        }
        assertThat(client.payloads()).as("subscribed at %d", subscribeAt).isEqualTo(expected);
    }

    static TestClient onLane(Bench bench, int lane) {
        int number = 0;
        while (bench.tenant().laneOf("client" + number).index() != lane) {
            number++;
        }
        return bench.client("client" + number);
    }
}
