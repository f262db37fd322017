package dev.gatehouse.broker;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

/// Tenants among each other, their limits, their figures, and their end.
final class TenantTest {
    private final Bench bench = new Bench(2, 0, Bench.LIMITS);
    private final Tenant other = bench.broker().tenant("globex", Bench.LIMITS);

    @Test
    void two_tenants_with_the_same_names_for_everything_never_meet() {
        TestClient ours = bench.client("c").connect(Connects.v5()).subscribe("#", Qos.EXACTLY_ONCE);
        TestClient theirs = bench.client(other, "c").connect(Connects.v5()).subscribe("#", Qos.EXACTLY_ONCE);
        assertThat(ours.link().isOver()).isFalse();
        TestClient source = bench.client(other, "p").connect(Connects.v5().with(Connects.will("t", "their will",
                Qos.AT_LEAST_ONCE, true, 0)));
        source.publish("t", "theirs", Qos.EXACTLY_ONCE, true);
        source.drop();
        bench.run();
        assertThat(theirs.payloads()).containsExactly("theirs", "their will");
        assertThat(ours.payloads()).isEmpty();
        ours.subscribe("t", Qos.AT_MOST_ONCE);
        assertThat(ours.payloads()).isEmpty();
        assertThat(bench.tenant().retainedCount()).isZero();
        assertThat(bench.tenant().messagesReceived()).isZero();
    }

    @Test
    void the_figures_under_sys_are_the_tenant_s_own() {
        TestClient watcher = bench.client("w").connect(Connects.v5()).subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        TestClient theirs = bench.client(other, "w").connect(Connects.v5()).subscribe("#", Qos.AT_MOST_ONCE);
        bench.client(other, "x").connect(Connects.v5());
        bench.tenant().publishSystemTopics("1.2");
        other.publishSystemTopics("1.2");
        bench.run();
        assertThat(theirs.payloads()).isEmpty();
        assertThat(watcher.published()).anyMatch(publish -> publish.topic().equals("$SYS/broker/clients/connected")
                && publish.payload().equals("1"));
        watcher.unsubscribe("$SYS/#");
        bench.tenant().publishSystemTopics("1.2");
        assertThat(bench.simulation().step()).as("nobody listens, nothing is done").isFalse();
    }

    @Test
    void only_the_broker_publishes_under_sys() {
        TestClient watcher = bench.client("w").connect(Connects.v5()).subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        TestClient liar = bench.client("l").connect(Connects.v5());
        for (String topic : new String[]{"$SYS", "$SYS/broker/version", "$share/g/t"}) {
            liar.publish(topic, "lie", Qos.AT_LEAST_ONCE, true);
            assertThat(((Packet.Puback) liar.link().last()).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        bench.run();
        assertThat(watcher.payloads()).isEmpty();
    }

    private static TenantLimits tight() {
        return new TenantLimits(1 << 20, 100, 1_000, 8, 0, 100, 65_535, 2, 2, 2, 1_000, 1 << 20, 1, 20, 3);
    }

    @Test
    void a_connection_above_the_limit_is_refused_and_the_limit_told() {
        Bench small = new Bench(tight());
        small.client("a").connect(Connects.v5());
        TestClient b = small.client("b").connect(Connects.v5());
        TestClient c = small.client("c").connect(Connects.v5());
        assertThat(c.link().refused().detail()).contains("2");
        b.drop();
        assertThat(c.connect(Connects.v5()).connack().reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_subscription_above_the_limit_is_refused_by_its_code_and_the_others_stay() {
        Bench small = new Bench(tight());
        TestClient a = small.client("a").connect(Connects.v5());
        a.subscribe("1", Qos.AT_MOST_ONCE).subscribe("2", Qos.AT_MOST_ONCE).subscribe("3", Qos.AT_MOST_ONCE);
        assertThat(a.suback()).containsExactly(ReasonCode.QUOTA_EXCEEDED);
        a.subscribe("2", Qos.AT_LEAST_ONCE);
        assertThat(a.suback()).containsExactly(ReasonCode.GRANTED_QOS_1);
        a.unsubscribe("1").subscribe("3", Qos.AT_MOST_ONCE);
        assertThat(a.suback()).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void a_retained_message_above_the_limit_is_refused_and_not_delivered() {
        Bench small = new Bench(tight());
        TestClient a = small.client("a").connect(Connects.v5()).subscribe("#", Qos.AT_MOST_ONCE);
        a.publish("1", "x", Qos.AT_LEAST_ONCE, true);
        a.publish("2", "y", Qos.AT_LEAST_ONCE, true);
        assertThat(((Packet.Puback) a.link().last()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        a.publish("1", "x".repeat(20), Qos.EXACTLY_ONCE, true);
        assertThat(((Packet.Pubrec) a.link().last()).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(a.payloads()).containsExactly("x");
        TestClient old = small.client("old").connect(Connects.v3());
        old.publish("2", "y", Qos.AT_LEAST_ONCE, true);
        assertThat(old.link().ended().ending()).isEqualTo(Ending.TENANT_QUOTA_EXCEEDED);
    }

    @Test
    void a_topic_of_too_many_levels_is_refused_with_the_limit() {
        Bench small = new Bench(tight());
        TestClient a = small.client("a").connect(Connects.v5());
        a.publish("1/2/3", "x", Qos.AT_LEAST_ONCE);
        assertThat(((Packet.Puback) a.link().last()).reason().isError()).isFalse();
        a.publish("1/2/3/4", "x", Qos.AT_LEAST_ONCE);
        assertThat(((Packet.Puback) a.link().last()).reasonString()).contains("limit is 3");
    }

    @Test
    void a_removed_tenant_has_nothing_left_and_lets_nobody_in() {
        TestClient a = bench.client("a").connect(Connects.v5().keep(100)).subscribe("$SYS/#", Qos.AT_LEAST_ONCE);
        bench.client("b").connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        Tenant removed = bench.tenant();
        bench.removeTenant();
        assertThat(a.link().ended().ending()).isEqualTo(Ending.TENANT_REMOVED);
        assertThat(removed.sessionCount()).isZero();
        assertThat(removed.connectionCount()).isZero();
        assertThat(removed.subscriptionCount()).isZero();
        assertThat(bench.simulation().pendingTimers()).isZero();
        assertThat(bench.client("c").connect(Connects.v5()).link().refused().ending())
                .isEqualTo(Ending.TENANT_REMOVED);
        assertThat(bench.broker().tenant("acme")).isNull();
    }

    @Test
    void removing_a_user_ends_its_connections_and_sessions_and_nobody_else_s() {
        TestClient one = bench.client("1").connect(Connects.v5().keep(100).user("ann"));
        bench.client("2").connect(Connects.v5().keep(100).user("ann")).drop();
        TestClient bob = bench.client("3").connect(Connects.v5().keep(100).user("bob"));
        bench.tenant().removeUser("ann", Ending.USER_REMOVED);
        bench.run();
        assertThat(one.link().ended().ending()).isEqualTo(Ending.USER_REMOVED);
        assertThat(bob.link().isOver()).isFalse();
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
    }

    @Test
    void disconnecting_a_user_leaves_the_sessions() {
        TestClient one = bench.client("1").connect(Connects.v5().keep(100).user("ann"));
        TestClient bob = bench.client("2").connect(Connects.v5().keep(100).user("bob"));
        bench.tenant().disconnectUser("ann", Ending.PASSWORD_CHANGED);
        bench.run();
        assertThat(one.link().ended().reason()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        assertThat(bob.link().isOver()).isFalse();
        assertThat(bench.tenant().sessionCount()).isEqualTo(2);
    }
}
