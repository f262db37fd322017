package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.journal.KeyValues.Part;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

/// The queue of a session that outlives its connection, read back from the journal.
final class DurableQueueTest {
    private static final Connects KEPT = Connects.v5().keep(1_000);
    private final Bench bench = new Bench(limits(70_000, 1 << 24));
    private final TestClient subscriber = bench.client("subscriber").connect(KEPT).subscribe("t", Qos.EXACTLY_ONCE);
    private final TestClient publisher = bench.client("publisher").connect(Connects.v5());

    private static TenantLimits limits(int messages, long bytes) {
        return new TenantLimits(1 << 20, 100, 65_535, 8, 0, 0xFFFF_FFFFL, 65_535, 1_000, 1_000, 1_000, messages, bytes,
                1_000, 1 << 20, 32);
    }

    private void publish(String payload, Qos qos, long expirySeconds) {
        publisher.publish("t", payload, qos, false, qos == Qos.AT_MOST_ONCE ? 0 : 1, false,
                PublishProperties.NONE.withMessageExpiry(expirySeconds));
        if (qos == Qos.EXACTLY_ONCE) {
            publisher.pubrel(1);
        }
    }

    private void publish(Qos qos, int from, int to) {
        IntStream.range(from, to).forEach(i -> publish("" + i, qos, -1));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "" + i).toList();
    }

    private List<Integer> ids() {
        return subscriber.published().stream().map(RecordingLink.Sent.Publish::packetId).toList();
    }

    @Test
    void all_that_is_open_comes_again_in_order_with_its_first_id_and_dup__MQTT_4_4_0_1() {
        publish("1", Qos.AT_LEAST_ONCE, -1);
        publish("2", Qos.EXACTLY_ONCE, -1);
        publish("3", Qos.EXACTLY_ONCE, -1);
        publish("4", Qos.AT_LEAST_ONCE, -1);
        subscriber.pubrec(2);
        subscriber.puback(4);
        subscriber.drop();
        publish("5", Qos.AT_LEAST_ONCE, -1);
        subscriber.connect(KEPT);
        assertThat(subscriber.payloads()).containsExactly("1", "3", "5");
        assertThat(ids()).containsExactly(1, 3, 5);
        assertThat(subscriber.published().stream().map(RecordingLink.Sent.Publish::duplicate))
                .containsExactly(true, true, false);
        assertThat(subscriber.link().sent().get(2))
                .isEqualTo(new RecordingLink.Sent.Other(new Packet.Pubrel(2, ReasonCode.SUCCESS)));
        subscriber.pubcomp(2);
        subscriber.drop().connect(KEPT);
        assertThat(subscriber.payloads()).containsExactly("1", "3", "5");
        assertThat(subscriber.link().packets()).hasSize(1);
    }

    @Test
    void a_receive_maximum_that_is_lower_after_a_reconnect_holds_for_what_comes_again__MQTT_3_3_4_9() {
        publish(Qos.AT_LEAST_ONCE, 0, 10);
        subscriber.drop().connect(KEPT.receiving(2));
        assertThat(subscriber.payloads()).containsExactly("0", "1");
        for (int id = 1; id <= 10; id++) {
            subscriber.puback(id);
            assertThat(subscriber.published()).hasSize(Math.min(10, id + 2));
        }
        assertThat(subscriber.payloads()).isEqualTo(numbers(0, 10));
    }

    @Test
    void what_was_sent_does_not_expire_and_what_waits_does__MQTT_3_3_2_5() {
        subscriber.drop().connect(KEPT.receiving(1));
        publish("sent", Qos.AT_LEAST_ONCE, 5);
        publish("waits", Qos.AT_LEAST_ONCE, 5);
        publish("stays", Qos.AT_LEAST_ONCE, 60);
        subscriber.drop();
        bench.advanceSeconds(20);
        subscriber.connect(KEPT);
        assertThat(subscriber.payloads()).containsExactly("sent", "stays");
        assertThat(subscriber.published().getLast().properties().messageExpirySeconds()).isEqualTo(40);
        subscriber.puback(1);
        subscriber.puback(3);
        assertThat(bench.journal().store().size(Part.QUEUES)).isZero();
    }

    @Test
    void many_messages_come_once_and_in_order_to_a_slow_reader_that_acknowledges_out_of_order() {
        Bench.forSeeds(6, seed -> new DurableQueueTest().readSlowly(new Random(seed)));
    }

    private void readSlowly(Random random) {
        int total = 700 + random.nextInt(300);
        int sent = 400;
        List<String> seen = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        int read = 0;
        subscriber.drop();
        publish(Qos.AT_LEAST_ONCE, 0, sent);
        subscriber.connect(KEPT.receiving(1 + random.nextInt(300)));
        for (int step = 0; seen.size() < total; step++) {
            assertThat(step).as("%d of %d arrived", seen.size(), total).isLessThan(100_000);
            List<RecordingLink.Sent.Publish> published = subscriber.published();
            for (; read < published.size(); read++) {
                open.add(published.get(read).packetId());
                seen.add(published.get(read).payload());
                assertThat(published.get(read).duplicate()).isFalse();
            }
            switch (random.nextInt(4)) {
                case 0 -> {
                    int more = Math.min(total, sent + random.nextInt(20));
                    publish(Qos.AT_LEAST_ONCE, sent, more);
                    sent = more;
                }
                case 1 -> subscriber.link().congest(random.nextBoolean());
                case 2 -> subscriber.writable();
                default -> {
                    for (int i = random.nextInt(30); i > 0 && !open.isEmpty(); i--) {
                        subscriber.puback(open.remove(/* index */ random.nextInt(open.size())));
                    }
                }
            }
        }
        assertThat(seen).isEqualTo(numbers(0, total));
        open.forEach(subscriber::puback);
        assertThat(bench.journal().store().size(Part.QUEUES)).isZero();
    }

    @Test
    void ids_begin_again_after_65535_and_one_that_is_open_is_left_out__MQTT_2_2_1_4() {
        publish("open", Qos.AT_LEAST_ONCE, -1);
        for (int i = 2; i <= 65_534; i++) {
            publish("x", Qos.AT_LEAST_ONCE, -1);
            subscriber.puback(i);
        }
        assertThat(subscriber.published()).hasSize(65_534);
        publish("waits", Qos.AT_LEAST_ONCE, -1);
        publish("waits too", Qos.AT_LEAST_ONCE, -1);
        assertThat(subscriber.published()).hasSize(65_534);
        subscriber.drop().connect(KEPT);
        assertThat(subscriber.payloads()).containsExactly("open");
        subscriber.puback(1);
        assertThat(ids()).containsExactly(1, 65_535, 1);
        subscriber.drop().connect(KEPT);
        assertThat(ids()).containsExactly(65_535, 1);
    }

    @Test
    void a_page_for_an_earlier_connection_is_not_sent_to_the_later_one() {
        publish(Qos.AT_LEAST_ONCE, 0, 3);
        subscriber.drop();
        bench.journal().late();
        subscriber.connect(KEPT);
        bench.journal().all();
        assertThat(subscriber.payloads()).isEqualTo(numbers(0, 3));
        subscriber.drop().connect(KEPT);
        bench.journal().one(); // the end of the connection
        bench.journal().one(); // the new one; now a page is on its way
        assertThat(subscriber.connack().sessionPresent()).isTrue();
        subscriber.drop().connect(KEPT);
        bench.journal().all();
        assertThat(subscriber.payloads()).isEqualTo(numbers(0, 3));
        assertThat(subscriber.link(1).payloads()).isEqualTo(numbers(0, 3));
        assertThat(subscriber.link(2).payloads()).isEmpty();
    }

    @Test
    void a_client_that_acknowledges_what_is_not_yet_repeated_gets_it_once_more_and_nothing_is_lost() {
        publish("1", Qos.AT_LEAST_ONCE, -1);
        publish("2", Qos.EXACTLY_ONCE, -1);
        subscriber.drop();
        bench.journal().late();
        subscriber.connect(KEPT);
        bench.journal().one();
        bench.journal().one();
        subscriber.puback(1);
        subscriber.pubrec(2);
        bench.journal().all();
        assertThat(subscriber.payloads()).containsExactly("1", "2");
        subscriber.puback(1);
        subscriber.pubrec(2);
        bench.journal().all();
        assertThat(subscriber.link().last()).isEqualTo(new Packet.Pubrel(2, ReasonCode.SUCCESS));
        subscriber.pubcomp(2);
        bench.journal().all();
        assertThat(bench.journal().store().size(Part.QUEUES)).isZero();
    }

    @Test
    void a_message_too_large_in_the_middle_is_left_out_and_told__MQTT_3_1_2_25() {
        subscriber.drop();
        publish("1", Qos.AT_LEAST_ONCE, -1);
        publish("far too large", Qos.AT_LEAST_ONCE, -1);
        publish("3", Qos.AT_LEAST_ONCE, -1);
        bench.journal().late();
        subscriber.connect(KEPT);
        subscriber.link().takeAtMost(3);
        bench.journal().all();
        assertThat(subscriber.payloads()).containsExactly("1", "3");
        assertThat(subscriber.link().facts()).anyMatch(fact -> fact instanceof Fact.MessageDropped dropped
                && dropped.toString().contains("maximum packet size"));
        subscriber.puback(3);
        subscriber.puback(1);
        bench.journal().all();
        assertThat(bench.journal().store().size(Part.QUEUES)).isZero();
    }

    @Test
    void publishers_leave_a_full_session_out_until_there_is_room_and_its_client_is_told() {
        Bench small = new Bench(limits(3, 1 << 20));
        TestClient slow = small.client("slow").connect(KEPT.receiving(1)).subscribe("t", Qos.AT_LEAST_ONCE);
        TestClient from = small.client("from").connect(Connects.v5());
        for (int i = 0; i < 5; i++) {
            from.publish("t", "" + i, Qos.AT_LEAST_ONCE);
            assertThat(((Packet.Puback) from.link().last()).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(small.journal().store().size(Part.QUEUES)).isEqualTo(3);
        assertThat(small.tenant().messagesDropped()).isEqualTo(2);
        slow.puback(1);
        from.publish("t", "5", Qos.AT_LEAST_ONCE);
        for (int id = 2; id <= 4; id++) {
            slow.puback(id);
        }
        assertThat(slow.payloads()).containsExactly("0", "1", "2", "5");
        slow.drop();
        assertThat(slow.link().facts()).filteredOn(Fact.MessageDropped.class::isInstance)
                .containsExactly(new Fact.MessageDropped(
                        "the queue of the session is full (limit 3 messages, 1048576 bytes)", 1),
                        new Fact.MessageDropped("the queue of the session is full", 1));
    }

    @Test
    void what_is_acknowledged_out_of_order_leaves_room_in_the_queue_also_after_a_restart() {
        Bench small = new Bench(limits(10, 1 << 20));
        TestClient odd = small.client("odd").connect(KEPT).subscribe("t", Qos.AT_LEAST_ONCE);
        TestClient from = small.client("from").connect(Connects.v5());
        for (int i = 0; i < 100; i++) {
            from.publish("t", "" + i, Qos.AT_LEAST_ONCE);
            if (i > 0) {
                odd.puback(i + 1); // never the first
            }
        }
        assertThat(odd.payloads()).isEqualTo(numbers(0, 100));
        assertThat(small.tenant().messagesDropped()).isZero();
        Bench again = new Bench(1, 0, limits(10, 1 << 20), small.journal().store());
        TestClient back = again.client("odd").connect(KEPT);
        TestClient sender = again.client("from").connect(Connects.v5());
        for (int i = 100; i < 200; i++) {
            sender.publish("t", "" + i, Qos.AT_LEAST_ONCE);
            back.puback(back.published().getLast().packetId());
        }
        assertThat(back.payloads()).hasSize(101).startsWith("0", "100").endsWith("199");
        assertThat(back.published().stream().filter(RecordingLink.Sent.Publish::duplicate)).hasSize(1);
    }

    @Test
    void a_full_queue_is_rid_of_what_expired_without_its_client__MQTT_3_3_2_5() {
        Bench small = new Bench(limits(300, 1 << 20));
        TestClient away = small.client("away").connect(KEPT).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        TestClient from = small.client("from").connect(Connects.v5());
        from.publish("t", "stays", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 298; i++) {
            from.publish("t", "early", Qos.AT_LEAST_ONCE, false, 2, false,
                    PublishProperties.NONE.withMessageExpiry(10));
        }
        from.publish("t", "late", Qos.AT_LEAST_ONCE, false, 2, false, PublishProperties.NONE.withMessageExpiry(20));
        from.publish("t", "left out", Qos.AT_LEAST_ONCE);
        assertThat(small.tenant().messagesDropped()).isEqualTo(1);
        small.simulation().advanceSeconds(9);
        from.publish("t", "left out too", Qos.AT_LEAST_ONCE);
        assertThat(small.journal().store().size(Part.QUEUES)).isEqualTo(300);
        small.simulation().advanceSeconds(2);
        assertThat(small.journal().store().size(Part.QUEUES)).isEqualTo(2);
        assertThat(small.tenant().messagesDropped()).isEqualTo(2 + 298);
        assertThat(small.simulation().pendingTimers()).as("the queue is not full: only its session's end").isEqualTo(1);
        from.publish("t", "fresh", Qos.AT_LEAST_ONCE);
        assertThat(away.connect(KEPT).payloads()).containsExactly("stays", "late", "fresh");
        away.published().forEach(each -> away.puback(each.packetId()));
        assertThat(small.journal().store().size(Part.QUEUES)).isZero();
    }

    @Test
    void a_queue_that_was_full_before_a_restart_is_rid_of_what_expired_too() {
        MemoryKeyValues store = new MemoryKeyValues();
        Bench small = new Bench(1, 0, limits(3, 1 << 20), store);
        small.client("away").connect(KEPT).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        for (int i = 0; i < 3; i++) {
            small.client("from" + i).connect(Connects.v5()).publish("t", "old", Qos.AT_LEAST_ONCE, false, 2, false,
                    PublishProperties.NONE.withMessageExpiry(10));
        }
        Bench again = new Bench(1, 0, limits(3, 1 << 20), store, small.simulation().nowMicros() + 11_000_000);
        TestClient from = again.client("from").connect(Connects.v5());
        from.publish("t", "1", Qos.AT_LEAST_ONCE);
        again.simulation().run();
        again.simulation().advanceSeconds(0);
        assertThat(store.size(Part.QUEUES)).isEqualTo(1);
        from.publish("t", "2", Qos.AT_LEAST_ONCE);
        from.publish("t", "3", Qos.AT_LEAST_ONCE);
        from.publish("t", "4", Qos.AT_LEAST_ONCE);
        assertThat(again.client("away").connect(KEPT).payloads()).containsExactly("1", "2", "3");
    }

    @Test
    void what_may_have_been_sent_does_not_leave_a_full_queue() {
        Bench small = new Bench(limits(2, 1 << 20));
        TestClient client = small.client("c").connect(KEPT.receiving(1)).subscribe("t", Qos.AT_LEAST_ONCE);
        TestClient from = small.client("from").connect(Connects.v5());
        for (String payload : List.of("sent", "waits")) {
            from.publish("t", payload, Qos.AT_LEAST_ONCE, false, 2, false, PublishProperties.NONE.withMessageExpiry(5));
        }
        client.drop();
        small.simulation().advanceSeconds(6);
        from.publish("t", "fresh", Qos.AT_LEAST_ONCE);
        client.connect(KEPT);
        assertThat(client.payloads()).containsExactly("sent", "fresh");
        assertThat(client.published().getFirst().duplicate()).isTrue();
    }

    @Test
    void a_client_that_comes_back_while_its_full_queue_is_cleared_gets_all_that_is_left_once() {
        Bench small = new Bench(limits(400, 1 << 20));
        TestClient away = small.client("away").connect(KEPT).subscribe("t", Qos.AT_LEAST_ONCE).drop();
        TestClient from = small.client("from").connect(Connects.v5());
        for (int i = 0; i < 400; i++) {
            from.publish("t", "" + i, Qos.AT_LEAST_ONCE, false, 2, false,
                    PublishProperties.NONE.withMessageExpiry(i % 2 == 0 ? 10 : 1_000));
        }
        small.journal().late();
        small.simulation().advanceSeconds(11);
        small.journal().one(); // the first page was read
        away.connect(KEPT.keep(1_000).receiving(65_535));
        small.journal().all();
        away.published().forEach(each -> away.puback(each.packetId()));
        small.journal().all();
        while (away.payloads().size() < 200) {
            away.published().subList(100, away.published().size()).forEach(each -> away.puback(each.packetId()));
            small.journal().all();
        }
        assertThat(away.payloads()).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void a_payload_is_kept_once_for_all_its_receivers_until_the_last_of_them_is_done() {
        TestClient other = bench.client("other").connect(KEPT).subscribe("t", Qos.AT_LEAST_ONCE);
        MemoryKeyValues store = bench.journal().store();
        publish("x".repeat(10_000), Qos.EXACTLY_ONCE, -1);
        assertThat(store.size(Part.QUEUES)).isEqualTo(2);
        assertThat(store.size(Part.MESSAGES)).isEqualTo(1);
        assertThat(store.valueBytes()).isBetween(10_000L, 11_000L);
        other.puback(1);
        assertThat(store.size(Part.MESSAGES)).isEqualTo(1);
        subscriber.drop().connect(KEPT);
        assertThat(subscriber.payloads()).containsExactly("x".repeat(10_000));
        subscriber.pubrec(1);
        subscriber.pubcomp(1);
        for (Part part : List.of(Part.QUEUES, Part.MESSAGES, Part.REFERENCES, Part.RECEIVED)) {
            assertThat(store.size(part)).as("%s", part).isZero();
        }
    }
}
