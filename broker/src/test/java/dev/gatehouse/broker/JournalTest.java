package dev.gatehouse.broker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

/// No promise before the journal has given its own, and none at all when it fails.
final class JournalTest {
    private final Bench bench = new Bench();
    private final TestJournal journal = bench.journal().late();
    private final TestClient subscriber = bench.client("subscriber");
    private final TestClient publisher = bench.client("publisher");

    private void connected() {
        subscriber.connect(Connects.v5().keep(100));
        journal.all();
        subscriber.subscribe("t", Qos.EXACTLY_ONCE);
        journal.all();
        publisher.connect(Connects.v5());
    }

    @Test
    void connack_of_a_kept_session_waits__MQTT_3_2_0_1() {
        subscriber.connect(Connects.v5().keep(100));
        assertThat(subscriber.link().sent()).isEmpty();
        journal.all();
        assertThat(subscriber.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void connack_of_a_clean_start_waits_until_the_earlier_session_is_gone__MQTT_3_1_2_4() {
        subscriber.connect(Connects.v5().keep(100));
        journal.all();
        subscriber.connect(Connects.v5());
        assertThat(subscriber.link().sent()).isEmpty();
        journal.all();
        assertThat(subscriber.connack().sessionPresent()).isFalse();
    }

    @Test
    @Timeout(20)
    void a_queue_of_which_the_end_is_done_is_not_read_for_ever() {
        connected();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "2", Qos.AT_LEAST_ONCE);
        journal.all();
        subscriber.puback(subscriber.published().getLast().packetId());
        journal.all();
        subscriber.drop().connect(Connects.v5().keep(100));
        journal.all();
        assertThat(subscriber.payloads()).containsExactly("1");
    }

    @Test
    void connack_of_a_clean_session_does_not_wait() {
        publisher.connect(Connects.v5());
        assertThat(publisher.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(journal.effects()).isEmpty();
    }

    @Test
    void what_is_sent_ahead_of_connack_is_handled_after_it() {
        subscriber.connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_LEAST_ONCE);
        subscriber.publish("t", "early", Qos.AT_LEAST_ONCE);
        assertThat(subscriber.link().sent()).isEmpty();
        journal.all();
        assertThat(subscriber.link().packets()).hasExactlyElementsOfTypes(Packet.Connack.class, Packet.Suback.class,
                Packet.Puback.class);
        assertThat(subscriber.payloads()).containsExactly("early");
        assertThat(subscriber.unreleased()).isZero();
    }

    @Test
    void nothing_is_delivered_ahead_of_connack__MQTT_3_2_0_1() {
        connected();
        subscriber.drop();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        journal.all();
        subscriber.connect(Connects.v5().keep(100));
        publisher.publish("t", "2", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "0", Qos.AT_MOST_ONCE);
        assertThat(subscriber.link().sent()).isEmpty();
        journal.all();
        assertThat(subscriber.link().sent().getFirst()).isInstanceOf(RecordingLink.Sent.Other.class);
        assertThat(subscriber.payloads()).containsSubsequence("1", "2");
    }

    @Test
    void a_connection_ended_ahead_of_connack_gets_no_disconnect__MQTT_3_14_0_1() {
        subscriber.connect(Connects.v5().keep(100)).connect(Connects.v5().keep(100));
        assertThat(subscriber.link(0).ended().reason()).isNull();
        journal.all();
        assertThat(subscriber.connack().sessionPresent()).isTrue();
        assertThat(subscriber.link(0).sent()).hasSize(1);
    }

    @Test
    void a_failed_journal_refuses_a_kept_session_and_publishes_no_will() {
        TestClient watcher = bench.client("watcher").connect(Connects.v5()).subscribe("will", Qos.AT_MOST_ONCE);
        subscriber.connect(Connects.v5().keep(100).with(Connects.will("will", "x", Qos.AT_MOST_ONCE, false, 0)));
        journal.fail();
        assertThat(subscriber.link().refused().ending()).isEqualTo(Ending.JOURNAL_FAILED);
        bench.advanceSeconds(200);
        assertThat(watcher.payloads()).isEmpty();
        assertThat(bench.tenant().connectionCount()).isEqualTo(1);
    }

    @Test
    void suback_and_the_retained_messages_behind_it_wait_for_every_filter() {
        connected();
        publisher.publish("kept", "retained", Qos.AT_MOST_ONCE, true);
        journal.all();
        subscriber.subscribe(0, request("kept"), request("other"));
        journal.one();
        assertThat(subscriber.payloads()).isEmpty();
        journal.one();
        assertThat(subscriber.suback()).hasSize(2);
        assertThat(subscriber.payloads()).containsExactly("retained");
    }

    private static Packet.Subscribe.Request request(String filter) {
        return new Packet.Subscribe.Request(filter, Qos.AT_LEAST_ONCE, false, false, Packet.RetainHandling.SEND);
    }

    @Test
    void a_failed_subscription_ends_the_connection_without_suback() {
        connected();
        int before = subscriber.link().packets().size();
        subscriber.subscribe(0, request("a"), request("b"));
        journal.fail();
        journal.one();
        assertThat(subscriber.link().packets()).hasSize(before);
        assertThat(subscriber.link().ended().ending()).isEqualTo(Ending.JOURNAL_FAILED);
    }

    @Test
    void puback_and_delivery_to_a_kept_session_wait__MQTT_4_3_2_4() {
        connected();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        assertThat(publisher.link().packets()).hasSize(1);
        assertThat(subscriber.payloads()).isEmpty();
        journal.all();
        assertThat(publisher.link().last()).isInstanceOf(Packet.Puback.class);
        assertThat(subscriber.payloads()).containsExactly("1");
        assertThat(publisher.unreleased()).isZero();
    }

    @Test
    void pubrec_and_pubcomp_wait_and_a_repetition_is_not_answered_ahead_of_them__MQTT_4_3_3_8() {
        subscriber.connect(Connects.v5().keep(100)).subscribe("t", Qos.EXACTLY_ONCE);
        publisher.connect(Connects.v5().keep(100));
        journal.all();
        int id = publisher.publish("t", "1", Qos.EXACTLY_ONCE);
        publisher.publish("t", "1", Qos.EXACTLY_ONCE, false, id, true, PublishProperties.NONE);
        assertThat(publisher.link().packets()).hasSize(1);
        journal.all();
        assertThat(publisher.link().packets()).hasSize(2);
        assertThat(subscriber.payloads()).containsExactly("1");
        publisher.pubrel(id);
        assertThat(publisher.link().packets()).hasSize(2);
        journal.all();
        assertThat(publisher.link().last()).isEqualTo(new Packet.Pubcomp(id, ReasonCode.SUCCESS));
    }

    @Test
    void pubrel_to_a_kept_session_waits() {
        connected();
        publisher.publish("t", "1", Qos.EXACTLY_ONCE);
        journal.all();
        int before = subscriber.link().packets().size();
        subscriber.pubrec(1);
        assertThat(subscriber.link().packets()).hasSize(before);
        journal.all();
        assertThat(subscriber.link().last()).isEqualTo(new Packet.Pubrel(1, ReasonCode.SUCCESS));
    }

    @Test
    void what_needs_no_journal_does_not_overtake_what_does__MQTT_4_6_0_5() {
        publisher.connect(Connects.v5());
        TestClient watcher = bench.client("watcher").connect(Connects.v5()).subscribe("t", Qos.AT_LEAST_ONCE);
        int first = publisher.publish("t", "retained", Qos.AT_LEAST_ONCE, true);
        int second = publisher.publish("t", "plain", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "zero", Qos.AT_MOST_ONCE);
        assertThat(watcher.payloads()).isEmpty();
        journal.all();
        assertThat(watcher.payloads()).containsExactly("retained", "plain", "zero");
        assertThat(publisher.link().packets().stream().skip(1)).containsExactly(
                new Packet.Puback(first, ReasonCode.SUCCESS), new Packet.Puback(second, ReasonCode.SUCCESS));
        assertThat(publisher.unreleased()).isZero();
    }

    @Test
    void the_order_of_a_publisher_holds_across_its_reconnect__MQTT_4_6_0_5() {
        publisher.connect(Connects.v5().with(Connects.will("t", "will", Qos.AT_LEAST_ONCE, false, 0)));
        journal.all();
        TestClient watcher = bench.client("watcher").connect(Connects.v5()).subscribe("t", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "retained", Qos.AT_LEAST_ONCE, true);
        publisher.drop().connect(Connects.v5()).publish("t", "plain", Qos.AT_LEAST_ONCE);
        journal.all();
        assertThat(watcher.payloads()).containsExactly("retained", "will", "plain");
    }

    @Test
    void a_failed_message_is_refused_with_a_reason_and_not_delivered() {
        connected();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        journal.fail();
        Packet.Puback puback = (Packet.Puback) publisher.link().last();
        assertThat(puback.reason()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        assertThat(puback.reasonString()).isEqualTo("the journal cannot be written");
        int id = publisher.publish("t", "2", Qos.EXACTLY_ONCE);
        journal.fail();
        assertThat(((Packet.Pubrec) publisher.link().last()).reason().isError()).isTrue();
        publisher.publish("t", "3", Qos.EXACTLY_ONCE, false, id, false, PublishProperties.NONE);
        journal.all();
        assertThat(subscriber.payloads()).containsExactly("3");
    }

    @Test
    void a_failed_message_of_an_old_client_ends_its_connection_without_puback__MQTT_3_3_5_2() {
        connected();
        TestClient old = bench.client("old").connect(Connects.v3());
        old.publish("t", "1", Qos.AT_LEAST_ONCE);
        journal.fail();
        assertThat(old.link().packets()).hasSize(1);
        assertThat(old.link().ended().ending()).isEqualTo(Ending.JOURNAL_FAILED);
    }

    @Test
    void a_failed_retained_message_is_not_retained() {
        publisher.connect(Connects.v5());
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE, true);
        assertThat(bench.tenant().retainedCount()).isZero();
        journal.fail();
        assertThat(bench.tenant().retainedCount()).isZero();
    }

    @Test
    void who_subscribes_while_a_retained_message_waits_gets_it_once() {
        publisher.connect(Connects.v5());
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE, true);
        TestClient watcher = bench.client("watcher").connect(Connects.v5()).subscribe("t", Qos.AT_LEAST_ONCE);
        journal.all();
        assertThat(watcher.payloads()).containsExactly("1");
    }

    @Test
    void a_subscriber_that_is_ahead_of_the_journal_gets_the_older_retained_message_and_then_the_newer__MQTT_3_3_1_7() {
        for (Qos qos : Qos.values()) {
            Bench lanes = new Bench(2, 0, Bench.LIMITS);
            TestClient from = lanes.client("from").connect(Connects.v5());
            TestClient other = lanes.client("b").connect(Connects.v5());
            assertThat(other.lane()).isNotEqualTo(from.lane());
            from.publish("t", "older", Qos.AT_LEAST_ONCE, true);
            lanes.journal().late();
            from.publish("t", "newer", qos, true);
            from.send(new Packet.Pingreq());
            assertThat(from.link().last()).as("says nothing of what is retained").isEqualTo(new Packet.Pingresp());
            other.subscribe("t", Qos.EXACTLY_ONCE);
            from.subscribe("t", Qos.EXACTLY_ONCE);
            assertThat(other.payloads()).containsExactly("older");
            lanes.journal().all();
            lanes.simulation().run();
            assertThat(other.payloads()).containsExactly("older", "newer");
            assertThat(other.published()).extracting(RecordingLink.Sent.Publish::retain).containsExactly(true, false);
            assertThat(from.payloads()).as("its own subscription waits").containsExactly("newer");
            assertThat(from.published().getFirst().retain()).isTrue();
        }
    }

    @Test
    void a_kept_session_gets_a_message_once_that_is_retained_while_its_suback_waits() {
        subscriber.connect(Connects.v5().keep(100));
        publisher.connect(Connects.v5());
        journal.all();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE, true);
        subscriber.subscribe("t", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "2", Qos.AT_LEAST_ONCE, true);
        journal.all();
        assertThat(subscriber.payloads()).as("what was replaced meanwhile is left out").containsExactly("2");
    }

    @Test
    void the_journal_is_told_when_a_session_ends_or_will_not_outlive_its_connection() {
        subscriber.connect(Connects.v5().keep(100));
        journal.all();
        subscriber.disconnect(ReasonCode.SUCCESS, 0);
        assertThat(journal.effects()).endsWith(new Effect.Ended(1));
        subscriber.connect(Connects.v5().keep(100));
        journal.all();
        subscriber.drop();
        subscriber.connect(Connects.v5().keep(0));
        journal.all();
        subscriber.drop();
        assertThat(journal.effects()).endsWith(new Effect.Ended(2));
    }

    @Test
    void what_concerns_no_kept_session_never_reaches_the_journal() {
        publisher.connect(Connects.v5()).subscribe("t", Qos.EXACTLY_ONCE);
        publisher.publish("t", "1", Qos.EXACTLY_ONCE);
        publisher.pubrel(2);
        publisher.unsubscribe("t").drop();
        assertThat(journal.effects()).isEmpty();
    }

    @Test
    void a_kept_session_that_wants_only_qos_0_costs_no_write() {
        subscriber.connect(Connects.v5().keep(100)).subscribe("t", Qos.AT_MOST_ONCE);
        publisher.connect(Connects.v5());
        journal.all();
        int before = journal.effects().size();
        publisher.publish("t", "1", Qos.AT_LEAST_ONCE);
        assertThat(journal.effects()).hasSize(before);
        assertThat(subscriber.payloads()).containsExactly("1");
    }

    @Test
    void a_publisher_that_outruns_the_journal_is_not_read_until_it_has_caught_up() {
        connected();
        assertThat(publisher.link().isRead()).isTrue();
        int sent = 0;
        while (publisher.link().isRead() && sent < 100_000) {
            publisher.publish("t", "x", Qos.AT_MOST_ONCE, true);
            sent++;
        }
        assertThat(sent).isBetween(1_000, 2_000);
        journal.one();
        assertThat(publisher.link().isRead()).as("not at the first").isFalse();
        for (int i = 0; i < sent / 2; i++) {
            journal.one();
        }
        assertThat(publisher.link().isRead()).isTrue();
        journal.all();
        publisher.publish("t", "x".repeat(5 << 20), Qos.AT_LEAST_ONCE);
        assertThat(publisher.link().isRead()).as("bytes count too").isFalse();
        journal.fail();
        assertThat(publisher.link().isRead()).isTrue();
    }

    @Test
    void a_client_whose_connack_waits_is_not_read() {
        subscriber.connect(Connects.v5().keep(100));
        assertThat(subscriber.link().isRead()).isFalse();
        journal.all();
        assertThat(subscriber.link().isRead()).isTrue();
    }
}
