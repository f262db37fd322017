package dev.gatehouse.broker;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.journal.KeyValues.Part;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

/// The process ends without warning, and another one takes up what its journal has.
final class RestartTest {
    private static final Connects KEPT = Connects.v5().keep(1_000);
    private final MemoryKeyValues store = new MemoryKeyValues();
    private Bench bench = new Bench(1, 0, Bench.LIMITS, store);

    private void restart() {
        restartAfter(0);
    }

    private void restartAfter(long seconds) {
        long passed = bench.simulation().nowMicros() + seconds * 1_000_000;
        bench = new Bench(1, 0, Bench.LIMITS, store, passed);
    }

    @Test
    void a_session_is_present_with_its_subscriptions_and_their_options__MQTT_4_1_0_1() {
        TestClient client = bench.client("c").connect(KEPT);
        client.subscribe(7, new Packet.Subscribe.Request("own", Qos.AT_LEAST_ONCE, true, true,
                Packet.RetainHandling.DO_NOT_SEND));
        client.subscribe("gone", Qos.AT_LEAST_ONCE).unsubscribe("gone");
        restart();
        TestClient again = bench.client("c").connect(KEPT);
        assertThat(again.connack().sessionPresent()).isTrue();
        assertThat(bench.tenant().subscriptionCount()).isEqualTo(1);
        again.publish("own", "no local", Qos.AT_LEAST_ONCE);
        TestClient other = bench.client("other").connect(Connects.v5());
        other.publish("own", "x", Qos.EXACTLY_ONCE, true);
        other.publish("gone", "x", Qos.EXACTLY_ONCE);
        assertThat(again.published()).hasSize(1);
        RecordingLink.Sent.Publish got = again.published().getFirst();
        assertThat(got.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(got.retain()).as("retain as published").isTrue();
        assertThat(got.properties().subscriptionIds()).containsExactly(7);
    }

    @Test
    void messages_and_their_ids_survive_in_both_directions__MQTT_4_4_0_1() {
        TestClient client = bench.client("c").connect(KEPT).subscribe("t", Qos.EXACTLY_ONCE);
        TestClient from = bench.client("from").connect(KEPT);
        int open = from.publish("t", "1", Qos.EXACTLY_ONCE);
        int closed = from.publish("t", "2", Qos.EXACTLY_ONCE);
        from.pubrel(closed);
        client.pubrec(1);
        restart();
        TestClient again = bench.client("c").connect(KEPT);
        assertThat(again.link().last()).isEqualTo(new Packet.Pubrel(1, ReasonCode.SUCCESS));
        assertThat(again.payloads()).containsExactly("2");
        assertThat(again.published().getFirst().packetId()).isEqualTo(2);
        assertThat(again.published().getFirst().duplicate()).isTrue();
        TestClient sender = bench.client("from").connect(KEPT);
        sender.publish("t", "1", Qos.EXACTLY_ONCE, false, open, true, PublishProperties.NONE);
        sender.publish("t", "3", Qos.EXACTLY_ONCE, false, closed, false, PublishProperties.NONE);
        assertThat(again.payloads()).as("the open one is known, the closed id is free").containsExactly("2", "3");
        assertThat(again.published().getLast().packetId()).isEqualTo(3);
    }

    @Test
    void a_delayed_will_waits_for_the_rest_of_its_time_and_not_for_a_client_that_is_back__MQTT_3_1_3_9() {
        TestClient late = bench.client("late").connect(KEPT.with(Connects.will("w", "late", Qos.AT_LEAST_ONCE, false,
                60)));
        TestClient back = bench.client("back").connect(KEPT.with(Connects.will("w", "back", Qos.AT_LEAST_ONCE, false,
                60)));
        bench.client("watcher").connect(KEPT).subscribe("w", Qos.AT_LEAST_ONCE);
        late.drop();
        back.drop();
        bench.advanceSeconds(20);
        restart();
        TestClient watcher = bench.client("watcher").connect(KEPT);
        bench.client("back").connect(KEPT);
        bench.advanceSeconds(39);
        assertThat(watcher.payloads()).isEmpty();
        bench.advanceSeconds(2);
        assertThat(watcher.payloads()).containsExactly("late");
        restart();
        bench.advanceSeconds(100);
        assertThat(bench.client("watcher").connect(KEPT).payloads()).as("once").containsExactly("late");
    }

    @Test
    void wills_of_clients_connected_at_the_end_are_sent_also_those_of_clean_sessions__MQTT_3_1_2_8() {
        bench.client("watcher").connect(KEPT).subscribe("w", Qos.AT_LEAST_ONCE);
        bench.client("kept").connect(KEPT.with(Connects.will("w", "kept", Qos.AT_LEAST_ONCE, false, 0)));
        bench.client("clean").connect(Connects.v5().with(Connects.will("w", "clean", Qos.AT_LEAST_ONCE, false, 0)));
        bench.client("polite").connect(KEPT.with(Connects.will("w", "never", Qos.AT_LEAST_ONCE, false, 0)))
                .disconnect();
        restart();
        TestClient watcher = bench.client("watcher").connect(KEPT);
        assertThat(watcher.payloads()).containsExactlyInAnyOrder("kept", "clean");
        assertThat(bench.tenant().sessionCount()).as("the clean session is gone").isEqualTo(3);
        restart();
        assertThat(bench.client("watcher").connect(KEPT).payloads()).as("once").hasSize(2);
    }

    @Test
    void the_expiry_of_a_session_goes_on_while_the_process_is_away__MQTT_3_1_2_23() {
        bench.client("short").connect(Connects.v5().keep(100)).drop();
        bench.client("long").connect(Connects.v5().keep(300)).drop();
        bench.advanceSeconds(50);
        restartAfter(60);
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        bench.advanceSeconds(189);
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        bench.advanceSeconds(2);
        assertThat(bench.tenant().sessionCount()).isZero();
        nothingIsLeft();
    }

    @Test
    void retained_messages_are_there_until_they_expire__MQTT_3_3_2_5() {
        TestClient from = bench.client("from").connect(Connects.v5());
        from.publish("stays", "1", Qos.AT_LEAST_ONCE, true);
        from.publish("removed", "2", Qos.AT_LEAST_ONCE, true);
        from.publish("removed", "", Qos.AT_LEAST_ONCE, true);
        from.publish("expires", "3", Qos.AT_LEAST_ONCE, true, 9, false,
                PublishProperties.NONE.withMessageExpiry(100));
        from.publish("expired", "4", Qos.AT_LEAST_ONCE, true, 10, false,
                PublishProperties.NONE.withMessageExpiry(10));
        restartAfter(40);
        TestClient client = bench.client("c").connect(Connects.v5()).subscribe("#", Qos.AT_LEAST_ONCE);
        assertThat(client.payloads()).containsExactly("3", "1");
        assertThat(client.published().getFirst().properties().messageExpirySeconds()).isEqualTo(60);
    }

    @Test
    void what_a_shared_subscription_left_in_the_queue_of_a_session_that_ended_goes_to_other_members__MQTT_4_8_2_6() {
        TestClient first = bench.client("first").connect(KEPT).subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
        first.drop();
        bench.client("from").connect(Connects.v5()).publish("t", "x", Qos.AT_LEAST_ONCE);
        bench.client("second").connect(KEPT).subscribe("$share/g/t", Qos.AT_LEAST_ONCE).drop();
        bench.journal().late();
        bench.client("first").connect(Connects.v5()); // clean: the session ends
        bench.journal().one(); // its end is recorded; the process ends before the message is moved
        restart();
        assertThat(bench.client("second").connect(KEPT).payloads()).containsExactly("x");
    }

    @Test
    void what_a_member_in_memory_has_not_acknowledged_goes_to_a_durable_one_after_a_crash() {
        TestClient worker = bench.client("worker").connect(Connects.v5()).subscribe("$share/g/t", Qos.EXACTLY_ONCE);
        bench.client("kept").connect(KEPT).subscribe("$share/g/t", Qos.EXACTLY_ONCE).drop();
        TestClient from = bench.client("from").connect(Connects.v5());
        for (String payload : List.of("acknowledged", "lost 1", "lost 2")) {
            from.publish("t", payload, Qos.AT_LEAST_ONCE);
        }
        assertThat(worker.payloads()).containsExactly("acknowledged", "lost 1", "lost 2");
        worker.puback(1);
        restart();
        TestClient kept = bench.client("kept").connect(KEPT);
        assertThat(kept.payloads()).containsExactly("lost 1", "lost 2");
        kept.published().forEach(each -> kept.puback(each.packetId()));
        assertThat(store.size(Part.QUEUES)).isZero();
        assertThat(store.size(Part.SESSIONS)).as("of the one that is kept").isEqualTo(2);
    }

    @Test
    void a_session_whose_end_could_not_be_recorded_makes_way_for_the_later_one() {
        TestClient client = bench.client("c").connect(KEPT).subscribe("old", Qos.AT_LEAST_ONCE);
        bench.journal().late();
        client.connect(Connects.v5().keep(1_000).clean(true));
        bench.journal().fail();
        bench.journal().all();
        client.subscribe("new", Qos.AT_LEAST_ONCE);
        bench.journal().all();
        assertThat(client.connack().sessionPresent()).isFalse();
        restart();
        assertThat(bench.tenant().sessionCount()).isEqualTo(1);
        TestClient again = bench.client("c").connect(KEPT);
        assertThat(again.connack().sessionPresent()).isTrue();
        TestClient from = bench.client("from").connect(Connects.v5());
        from.publish("old", "old", Qos.AT_LEAST_ONCE);
        from.publish("new", "new", Qos.AT_LEAST_ONCE);
        assertThat(again.payloads()).containsExactly("new");
        assertThat(store.size(Part.SUBSCRIPTIONS)).isEqualTo(1);
    }

    @Test
    void a_client_of_which_two_ends_were_not_recorded_is_not_told_that_nothing_is_left_before_both_are() {
        TestClient client = bench.client("c").connect(KEPT).subscribe("old", Qos.AT_LEAST_ONCE).drop();
        bench.journal().late();
        client.connect(Connects.v5().keep(1_000).clean(true));
        bench.journal().fail(); // the end of the first session
        bench.journal().fail(); // the second is not recorded either, so it ends too
        assertThat(client.link().refused().reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        bench.journal().all();
        client.connect(Connects.v5());
        assertThat(client.link().sent()).isEmpty();
        bench.journal().all();
        assertThat(client.connack().sessionPresent()).isFalse();
        restart();
        assertThat(bench.client("c").connect(KEPT).connack().sessionPresent()).isFalse();
        assertThat(bench.tenant().subscriptionCount()).isZero();
    }

    @Test
    void a_tenant_that_is_gone_leaves_nothing_behind() {
        TestClient kept = bench.client("kept").connect(KEPT.with(Connects.will("w", "x", Qos.AT_LEAST_ONCE, false, 0)));
        kept.subscribe("t", Qos.EXACTLY_ONCE).subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
        bench.client("other").connect(KEPT).subscribe("t", Qos.EXACTLY_ONCE);
        TestClient from = bench.client("from").connect(KEPT);
        from.publish("t", "1", Qos.EXACTLY_ONCE, true);
        from.publish("t", "2", Qos.AT_LEAST_ONCE, true);
        kept.pubrec(1);
        assertThat(store.size(Part.QUEUES)).isPositive();
        Simulation simulation = new Simulation(1, 0);
        Broker broker = new Broker(simulation.lanes(), new TestJournal(simulation, store));
        simulation.on(simulation.lanes().getFirst(), () -> broker.recover(_ -> null, () -> {}));
        simulation.run();
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        for (Part part : Part.values()) {
            assertThat(store.size(part)).as("%s", part).isZero();
        }
    }

    @Test
    void removing_a_tenant_leaves_nothing_behind() {
        bench.client("kept").connect(KEPT).subscribe("t", Qos.EXACTLY_ONCE).subscribe("$share/g/t", Qos.AT_LEAST_ONCE);
        bench.client("from").connect(KEPT).publish("t", "1", Qos.EXACTLY_ONCE, true);
        List<TestClient> members = List.of(bench.client("a"), bench.client("b"));
        members.forEach(each -> each.connect(KEPT).subscribe("$share/g/#", Qos.AT_LEAST_ONCE));
        bench.client("from").connect(KEPT).publish("t", "2", Qos.AT_LEAST_ONCE);
        bench.removeTenant();
        nothingIsLeft();
    }
}
