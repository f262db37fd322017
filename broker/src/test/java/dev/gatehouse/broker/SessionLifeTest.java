package dev.gatehouse.broker;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// Sessions: how they begin, go on, are taken over, and end.
final class SessionLifeTest {
    private final Bench bench = new Bench();
    private final TestClient client = bench.client("c");
    private final TestClient publisher = bench.client("p").connect(Connects.v5());

    @Test
    void clean_start_discards_what_was_kept__MQTT_3_1_2_4() {
        client.connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        client.connect(Connects.v5());
        assertThat(client.connack().sessionPresent()).isFalse();
        publisher.publish("t", "2", Qos.AT_LEAST_ONCE);
        assertThat(client.payloads()).isEmpty();
        assertThat(bench.tenant().subscriptionCount()).isZero();
    }

    @Test
    void a_kept_session_is_resumed_with_its_subscriptions_and_its_queue__MQTT_3_1_2_5() {
        client.connect(Connects.v5().keep(100));
        assertThat(client.connack().sessionPresent()).isFalse();
        client.subscribe("t", Qos.AT_LEAST_ONCE).drop();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "0", Qos.AT_MOST_ONCE);
        client.connect(Connects.v5().keep(100));
        assertThat(client.connack().sessionPresent()).isTrue();
        publisher.publish("t", "2", Qos.AT_LEAST_ONCE);
        assertThat(client.payloads()).containsExactly("1", "2");
    }

    @Test
    void a_session_of_one_version_is_resumed_by_another() {
        client.connect(Connects.v3().clean(false)).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        client.connect(Connects.v5().keep(100));
        assertThat(client.payloads()).containsExactly("1");
        client.drop().connect(Connects.of(Version.MQTT_3_1).clean(false));
        assertThat(client.connack().sessionPresent()).isTrue();
        assertThat(client.published().getFirst().duplicate()).isTrue();
    }

    @Test
    void a_session_lives_as_long_as_its_expiry_and_no_longer__MQTT_4_1_0_2() {
        client.connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        bench.simulation().advanceMicros(99_999_999);
        assertThat(bench.tenant().sessionCount()).isEqualTo(2);
        bench.simulation().advanceMicros(1);
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        assertThat(bench.tenant().subscriptionCount()).isZero();
        assertThat(bench.simulation().pendingTimers()).isZero();
    }

    @Test
    void the_expiry_starts_again_at_each_disconnect() {
        client.connect(Connects.v5().keep(100)).drop();
        bench.advanceSeconds(90);
        client.connect(Connects.v5().keep(100));
        bench.advanceSeconds(500);
        client.drop();
        bench.advanceSeconds(99);
        client.connect(Connects.v5().keep(100));
        assertThat(client.connack().sessionPresent()).isTrue();
    }

    @Test
    void the_largest_expiry_means_never__MQTT_4_1_0_1() {
        client.connect(Connects.v5().keep(0xFFFF_FFFFL)).drop();
        assertThat(bench.simulation().pendingTimers()).isZero();
        bench.advanceSeconds(10_000_000_000L);
        assertThat(bench.tenant().sessionCount()).isEqualTo(2);
    }

    @Test
    void without_expiry_a_session_ends_with_its_connection() {
        client.connect(Connects.v5()).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        assertThat(bench.tenant().connectionCount()).isEqualTo(1);
    }

    @Test
    void disconnect_may_change_the_expiry() {
        client.connect(Connects.v5().keep(10)).disconnect(ReasonCode.SUCCESS, 1_000);
        bench.advanceSeconds(999);
        assertThat(bench.tenant().sessionCount()).isEqualTo(2);
        client.connect(Connects.v5().keep(10)).disconnect(ReasonCode.SUCCESS, 0);
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
    }

    @Test
    void disconnect_may_not_give_an_expiry_where_connect_had_none() {
        client.connect(Connects.v5()).disconnect(ReasonCode.SUCCESS, 10);
        assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
    }

    @Test
    void an_expiry_longer_than_allowed_is_cut_and_told() {
        Bench strict = new Bench(new TenantLimits(1 << 20, 100, 1_000, 8, 30, 50, 65_535, 1_000, 1_000, 1_000, 1_000,
                1 << 20, 1_000, 1 << 20, 32));
        TestClient greedy = strict.client("g").connect(Connects.v5().keep(1_000).keepAlive(0));
        assertThat(greedy.connack().properties().sessionExpirySeconds()).isEqualTo(50);
        assertThat(greedy.connack().properties().serverKeepAliveSeconds()).isEqualTo(30);
        assertThat(greedy.connection().keepAliveSeconds()).isEqualTo(30);
        greedy.drop();
        strict.advanceSeconds(50);
        assertThat(strict.tenant().sessionCount()).isZero();
    }

    @Test
    void a_second_connection_takes_over_and_the_first_is_told_why__MQTT_3_1_4_3() {
        client.connect(Connects.v5().keep(100)).subscribe("t", Qos.EXACTLY_ONCE);
        publisher.publish("t", "1", Qos.EXACTLY_ONCE);
        client.connect(Connects.v5().keep(100));
        assertThat(client.link(0).ended())
                .isEqualTo(new RecordingLink.Sent.Ended(Ending.TAKEN_OVER, ReasonCode.SESSION_TAKEN_OVER,
                        "by " + client.link().remote()));
        assertThat(client.connack().sessionPresent()).isTrue();
        assertThat(client.published()).hasSize(1).allMatch(RecordingLink.Sent.Publish::duplicate);
        assertThat(bench.tenant().connectionCount()).isEqualTo(2);
    }

    @Test
    void an_old_client_is_taken_over_without_a_packet() {
        client.connect(Connects.v3().clean(false)).connect(Connects.v3().clean(false));
        assertThat(client.link(0).ended().reason()).isNull();
    }

    @Test
    void the_close_of_a_wire_that_was_taken_over_changes_nothing() {
        client.connect(Connects.v5().keep(100));
        Connection old = client.connection();
        client.connect(Connects.v5().keep(100));
        bench.simulation().on(client.lane(), old::closed);
        assertThat(bench.tenant().connectionCount()).isEqualTo(2);
        publisher.publish("t", "1", Qos.AT_MOST_ONCE);
        client.subscribe("t", Qos.AT_MOST_ONCE);
        publisher.publish("t", "2", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).containsExactly("2");
    }

    @Test
    void two_devices_that_throw_each_other_out_are_recognised_with_kept_and_with_clean_sessions() {
        for (Connects how : new Connects[]{Connects.v5().keep(100), Connects.v5(), Connects.v3()}) {
            TestClient twins = bench.client("twins" + how.version() + how.cleanStart());
            for (int i = 0; i < 4; i++) {
                twins.connect(how);
                bench.advanceSeconds(2);
            }
            assertThat(twins.link(0).ended().ending()).isEqualTo(Ending.TAKEN_OVER);
            assertThat(twins.link(2).ended().ending()).as(how.toString()).isEqualTo(Ending.TAKEN_OVER_IN_A_LOOP);
        }
    }

    @Test
    void takeovers_far_apart_are_not_a_loop() {
        for (int i = 0; i < 6; i++) {
            client.connect(Connects.v5());
            bench.advanceSeconds(11);
        }
        assertThat(client.link(4).ended().ending()).isEqualTo(Ending.TAKEN_OVER);
    }

    @Test
    void another_user_does_not_inherit_the_session() {
        client.connect(Connects.v5().keep(100).user("ann")).subscribe("t", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "for ann", Qos.AT_LEAST_ONCE);
        client.connect(Connects.v5().keep(100).user("bob"));
        assertThat(client.connack().sessionPresent()).isFalse();
        assertThat(client.payloads()).isEmpty();
        assertThat(client.link(0).facts()).anyMatch(fact -> fact instanceof Fact.TakenOver taken && !taken.sameUser());
    }

    @Test
    void a_takeover_needs_no_further_place_where_the_tenant_is_full() {
        Bench small = new Bench(new TenantLimits(1 << 20, 100, 1_000, 8, 0, 100, 65_535, 1, 1, 1_000, 1_000, 1 << 20,
                1_000, 1 << 20, 32));
        TestClient only = small.client("only").connect(Connects.v5()).connect(Connects.v5());
        assertThat(only.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
        TestClient other = small.client("other").connect(Connects.v5());
        assertThat(other.link().refused().ending()).isEqualTo(Ending.TENANT_CONNECTION_LIMIT);
        only.drop();
        other.connect(Connects.v5().keep(50)).drop();
        only.connect(Connects.v5());
        assertThat(only.link().refused().ending()).isEqualTo(Ending.TENANT_QUOTA_EXCEEDED);
        assertThat(small.tenant().connectionCount()).isZero();
    }

    @Test
    void a_session_taken_up_without_expiry_ends_with_that_connection() {
        client.connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        client.connect(Connects.v5().keep(0));
        assertThat(client.connack().sessionPresent()).isTrue();
        client.drop();
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        assertThat(bench.simulation().pendingTimers()).isZero();
    }

    @Test
    void a_second_connect_is_a_protocol_error__MQTT_3_1_0_2() {
        client.connect(Connects.v5());
        client.send(Connects.v5().packet("c"));
        assertThat(client.link().ended().ending()).isEqualTo(Ending.SECOND_CONNECT);
        assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }
}
