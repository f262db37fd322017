package dev.gatehouse.broker;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

import static org.assertj.core.api.Assertions.assertThat;

/// When a will is published, and when not.
final class WillTest {
    private final Bench bench = new Bench();
    private final TestClient watcher = bench.client("watcher").connect(Connects.v5()).subscribe("will",
            Qos.EXACTLY_ONCE);
    private final TestClient client = bench.client("c");

    private static Will will(long delaySeconds) {
        return Connects.will("will", "gone", Qos.AT_LEAST_ONCE, false, delaySeconds);
    }

    @Test
    void a_broken_wire_publishes_it_at_once__MQTT_3_1_2_8() {
        client.connect(Connects.v5().with(will(0))).drop();
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void without_a_session_that_lives_on_the_delay_does_not_count() {
        client.connect(Connects.v5().with(will(60))).drop();
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void it_comes_after_the_delay_and_not_before__MQTT_3_1_2_8() {
        client.connect(Connects.v5().keep(100).with(will(10))).drop();
        bench.simulation().advanceMicros(9_999_999);
        assertThat(watcher.payloads()).isEmpty();
        bench.simulation().advanceMicros(1);
        assertThat(watcher.payloads()).containsExactly("gone");
        bench.advanceSeconds(100);
        assertThat(watcher.payloads()).hasSize(1);
    }

    @Test
    void it_comes_with_the_end_of_the_session_if_that_is_earlier() {
        client.connect(Connects.v5().keep(10).with(will(100))).drop();
        bench.advanceSeconds(10);
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_reconnect_within_the_delay_cancels_it() {
        client.connect(Connects.v5().keep(100).with(will(10))).drop();
        bench.advanceSeconds(9);
        client.connect(Connects.v5().keep(100));
        client.drop();
        bench.advanceSeconds(200);
        assertThat(watcher.payloads()).isEmpty();
    }

    @Test
    void a_clean_start_within_the_delay_ends_the_session_and_publishes_it() {
        client.connect(Connects.v5().keep(100).with(will(10))).drop();
        client.connect(Connects.v5());
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_normal_disconnect_discards_it__MQTT_3_14_4_3() {
        client.connect(Connects.v5().keep(10).with(will(0))).disconnect();
        bench.advanceSeconds(20);
        assertThat(watcher.payloads()).isEmpty();
        assertThat(client.link().ended().ending()).isEqualTo(Ending.CLIENT_DISCONNECTED);
    }

    @Test
    void disconnect_with_will_publishes_it() {
        client.connect(Connects.v5().with(will(0))).disconnect(ReasonCode.DISCONNECT_WITH_WILL, -1);
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_protocol_error_publishes_it() {
        client.connect(Connects.v5().with(will(0))).send(Connects.v5().packet("c"));
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_silent_client_is_ended_and_its_will_published__MQTT_3_1_2_22() {
        client.connect(Connects.v5().with(will(0)));
        bench.simulation().on(client.lane(), () -> client.connection().silent(90_000));
        assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_takeover_publishes_it_without_delay_and_not_with_one() {
        client.connect(Connects.v5().keep(100).with(will(0))).connect(Connects.v5().keep(100).with(will(10)));
        assertThat(watcher.payloads()).containsExactly("gone");
        client.connect(Connects.v5().keep(100));
        bench.advanceSeconds(100);
        assertThat(watcher.payloads()).hasSize(1);
    }

    @Test
    void a_takeover_with_clean_start_publishes_it_in_spite_of_the_delay() {
        client.connect(Connects.v5().keep(100).with(will(10))).connect(Connects.v5());
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void a_retained_will_without_payload_clears_the_topic() {
        watcher.publish("status", "online", Qos.AT_LEAST_ONCE, true);
        assertThat(bench.tenant().retainedCount()).isEqualTo(1);
        client.connect(Connects.v5().with(Connects.will("status", "", Qos.AT_MOST_ONCE, true, 0))).drop();
        assertThat(bench.tenant().retainedCount()).isZero();
    }

    @Test
    void a_retained_will_is_there_for_later_subscribers() {
        client.connect(Connects.v5().with(Connects.will("status", "gone", Qos.AT_LEAST_ONCE, true, 0))).drop();
        watcher.subscribe("status", Qos.AT_LEAST_ONCE);
        assertThat(watcher.published().getFirst().retain()).isTrue();
    }

    @Test
    void a_will_that_may_not_be_published_refuses_the_connection() {
        Grants nothing = new Grants() {
            @Override
            public boolean mayPublish(String topic) {
                return false;
            }

            @Override
            public boolean maySubscribe(TopicFilter filter) {
                return true;
            }
        };
        client.granted(nothing).connect(Connects.v5().with(will(0)));
        assertThat(client.link().refused().reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(watcher.payloads()).isEmpty();
        assertThat(bench.tenant().connectionCount()).isEqualTo(1);
    }

    @Test
    void a_will_under_a_topic_of_the_broker_or_of_too_many_levels_refuses_the_connection() {
        for (String topic : new String[]{"$SYS/broker/version", "$share/g/t", "a/".repeat(32)}) {
            client.connect(Connects.v5().with(Connects.will(topic, "x", Qos.AT_MOST_ONCE, true, 0)));
            assertThat(client.link().refused().ending()).isEqualTo(Ending.WILL_NOT_PERMITTED);
        }
    }

    @Test
    void a_session_that_ends_does_not_get_its_own_will_through_a_share_of_its_own() {
        client.connect(Connects.v5().with(will(0))).subscribe("$share/g/will", Qos.AT_LEAST_ONCE).drop();
        assertThat(watcher.payloads()).containsExactly("gone");
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
    }

    @Test
    void a_session_that_lives_on_gets_its_own_will() {
        client.connect(Connects.v5().keep(100).with(will(0))).subscribe("will", Qos.AT_LEAST_ONCE).drop();
        client.connect(Connects.v5().keep(100));
        assertThat(client.payloads()).containsExactly("gone");
    }
}
