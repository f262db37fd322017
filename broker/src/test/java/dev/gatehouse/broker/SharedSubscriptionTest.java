package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.journal.KeyValues.Part;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

/// Shared subscriptions (MQTT 5 §4.8.2), and how several subscriptions of one session become one delivery.
final class SharedSubscriptionTest {
    private final Bench bench = new Bench();
    private final TestClient publisher = bench.client("p").connect(Connects.v5());

    private TestClient member(String clientId, Qos qos) {
        return bench.client(clientId).connect(Connects.v5().keep(100)).subscribe("$share/g/t", qos);
    }

    private void publish(int messages, Qos qos) {
        for (int i = 0; i < messages; i++) {
            publisher.publish("t", Integer.toString(i), qos);
        }
    }

    @Test
    void each_message_goes_to_one_member_and_in_turn() {
        List<TestClient> members = List.of(member("a", Qos.AT_MOST_ONCE), member("b", Qos.AT_MOST_ONCE),
                member("c", Qos.AT_MOST_ONCE));
        publish(30, Qos.AT_MOST_ONCE);
        assertThat(members).allMatch(member -> member.payloads().size() == 10);
    }

    @Test
    void members_that_are_away_do_not_make_their_neighbours_work_more() {
        member("a", Qos.AT_LEAST_ONCE).drop();
        member("b", Qos.AT_LEAST_ONCE).drop();
        TestClient c = member("c", Qos.AT_LEAST_ONCE);
        TestClient d = member("d", Qos.AT_LEAST_ONCE);
        publish(20, Qos.AT_LEAST_ONCE);
        assertThat(c.payloads()).hasSize(10);
        assertThat(d.payloads()).hasSize(10);
    }

    @Test
    void turns_go_on_when_their_number_overflows() {
        SharedGroup group = new SharedGroup(subscription("a"));
        group.members(new Subscription[]{subscription("a"), subscription("b")});
        for (int i = 0; i < 1_000; i++) {
            assertThat(group.choose()).isNotNull();
        }
        group.members(new Subscription[0]);
        assertThat(group.choose()).isNull();
    }

    private Subscription subscription(String clientId) {
        Session session = new Session(bench.tenant(), bench.simulation().lanes().getFirst(), clientId, null, 0, false);
        return new Subscription(session, TopicFilter.parse("$share/g/t"), Qos.AT_LEAST_ONCE, false, false, 0);
    }

    @Test
    void with_nobody_connected_one_session_keeps_the_message() {
        member("a", Qos.AT_LEAST_ONCE).drop();
        publish(1, Qos.AT_LEAST_ONCE);
        assertThat(bench.client("a").connect(Connects.v5().keep(100)).payloads()).containsExactly("0");
    }

    @Test
    void a_member_that_cannot_take_more_is_passed_over() {
        TestClient a = bench.client("a").connect(Connects.v5().receiving(1)).subscribe("$share/g/t",
                Qos.AT_LEAST_ONCE);
        TestClient b = member("b", Qos.AT_LEAST_ONCE);
        publish(5, Qos.AT_LEAST_ONCE);
        assertThat(a.payloads()).hasSize(1);
        assertThat(b.payloads()).hasSize(4);
    }

    @Test
    void every_group_and_the_plain_subscription_get_their_copy() {
        TestClient a = member("a", Qos.AT_MOST_ONCE).subscribe("$share/h/t", Qos.AT_MOST_ONCE).subscribe("t",
                Qos.AT_MOST_ONCE);
        publish(1, Qos.AT_MOST_ONCE);
        assertThat(a.payloads()).hasSize(3);
    }

    @Test
    void what_a_member_did_not_acknowledge_goes_to_another_when_its_session_ends() {
        TestClient a = member("a", Qos.AT_LEAST_ONCE);
        publish(3, Qos.AT_LEAST_ONCE);
        a.puback(1);
        TestClient b = member("b", Qos.AT_LEAST_ONCE);
        a.disconnect(ReasonCode.SUCCESS, 0);
        assertThat(b.payloads()).containsExactly("1", "2");
    }

    @Test
    void qos_2_whose_sending_began_goes_to_nobody_else__MQTT_4_8_2_5() {
        TestClient a = bench.client("a").connect(Connects.v5().receiving(1)).subscribe("$share/g/t",
                Qos.EXACTLY_ONCE);
        publish(2, Qos.EXACTLY_ONCE);
        TestClient b = member("b", Qos.EXACTLY_ONCE);
        a.drop();
        assertThat(b.payloads()).containsExactly("1");
    }

    @Test
    void a_message_refused_by_a_member_goes_to_nobody_else__MQTT_4_8_2_6() {
        TestClient a = member("a", Qos.AT_LEAST_ONCE);
        publish(1, Qos.AT_LEAST_ONCE);
        TestClient b = member("b", Qos.AT_LEAST_ONCE);
        a.send(new Packet.Puback(1, ReasonCode.QUOTA_EXCEEDED));
        a.disconnect(ReasonCode.SUCCESS, 0);
        assertThat(b.payloads()).isEmpty();
    }

    @Test
    void across_lanes_no_message_of_a_group_is_lost_or_doubled_while_members_leave() {
        Bench.forSeeds(50, seed -> {
            Bench many = new Bench(3, seed, Bench.LIMITS);
            TestClient source = many.client("p").connect(Connects.v5());
            List<TestClient> members = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                members.add(many.client("m" + i).connect(Connects.v5()).subscribe("$share/g/t", Qos.AT_LEAST_ONCE));
            }
            for (int i = 0; i < 60; i++) {
                source.publish("t", Integer.toString(i), Qos.AT_LEAST_ONCE);
                many.simulation().step();
                if (i % 12 == 11) {
                    members.get(i / 12).drop();
                }
            }
            many.run();
            List<String> last = members.getLast().payloads();
            assertThat(last).hasSize(60).doesNotHaveDuplicates();
        });
    }

    @Test
    void a_member_in_memory_leaves_its_share_to_the_durable_one_and_nothing_in_the_journal__MQTT_4_8_2_5() {
        TestClient worker = bench.client("worker").connect(Connects.v5().receiving(3)).subscribe("$share/g/t",
                Qos.EXACTLY_ONCE);
        TestClient kept = member("kept", Qos.EXACTLY_ONCE).drop();
        publisher.publish("t", "once", Qos.EXACTLY_ONCE);
        publisher.publish("t", "done", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "open", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "waits", Qos.EXACTLY_ONCE);
        publisher.publish("t", "waits too", Qos.AT_LEAST_ONCE);
        assertThat(worker.payloads()).containsExactly("once", "done", "open");
        worker.puback(2);
        assertThat(worker.payloads()).endsWith("waits");
        worker.drop();
        kept.connect(Connects.v5().keep(100));
        assertThat(kept.payloads()).as("QoS 2 that was sent is for nobody else").containsExactly("open", "waits too");
        kept.published().forEach(each -> kept.puback(each.packetId()));
        assertThat(bench.journal().store().size(Part.QUEUES)).isZero();
        assertThat(bench.journal().store().size(Part.SESSIONS)).as("of the one that is kept").isEqualTo(2);
    }

    @Test
    void members_in_memory_alone_cost_the_journal_nothing_for_a_message() {
        TestClient worker = bench.client("worker").connect(Connects.v5()).subscribe("$share/g/t", Qos.EXACTLY_ONCE);
        int before = bench.journal().effects().size();
        publisher.publish("t", "x", Qos.EXACTLY_ONCE);
        assertThat(worker.payloads()).containsExactly("x");
        assertThat(bench.journal().effects()).hasSize(before);
    }

    @Test
    void overlapping_subscriptions_are_one_delivery_with_the_highest_qos_and_all_ids__MQTT_3_3_4_2() {
        TestClient a = bench.client("a").connect(Connects.v5())
                .subscribe(1, request("t", Qos.AT_MOST_ONCE, false, false))
                .subscribe(2, request("#", Qos.AT_LEAST_ONCE, false, true));
        publish(1, Qos.EXACTLY_ONCE);
        assertThat(a.published()).hasSize(1);
        assertThat(a.published().getFirst().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(a.published().getFirst().properties().subscriptionIds()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void no_local_holds_back_only_the_subscription_that_has_it__MQTT_3_8_3_3() {
        TestClient a = bench.client("a").connect(Connects.v5())
                .subscribe(1, request("t", Qos.AT_LEAST_ONCE, true, false))
                .subscribe(2, request("#", Qos.AT_MOST_ONCE, false, false));
        a.publish("t", "own", Qos.AT_LEAST_ONCE);
        publish(1, Qos.AT_LEAST_ONCE);
        assertThat(a.published().getFirst().properties().subscriptionIds()).containsExactly(2);
        assertThat(a.published().getFirst().qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(a.published().getLast().properties().subscriptionIds()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void subscribing_again_replaces_qos_and_identifier__MQTT_3_8_4_3() {
        TestClient a = bench.client("a").connect(Connects.v5())
                .subscribe(1, request("t", Qos.EXACTLY_ONCE, false, false))
                .subscribe(0, request("t", Qos.AT_MOST_ONCE, false, false));
        publish(1, Qos.EXACTLY_ONCE);
        assertThat(a.published().getFirst().qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(a.published().getFirst().properties().subscriptionIds()).isEmpty();
        assertThat(bench.tenant().subscriptionCount()).isEqualTo(1);
    }

    private static Packet.Subscribe.Request request(String filter, Qos qos, boolean noLocal, boolean asPublished) {
        return new Packet.Subscribe.Request(filter, qos, noLocal, asPublished, Packet.RetainHandling.SEND);
    }
}
