package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.journal.JournalFault;
import dev.gatehouse.broker.journal.KeyValues.Part;
import dev.gatehouse.broker.journal.LocalShard;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class LocalShardTest {
    private final MemoryKeyValues store = new MemoryKeyValues();
    private final Simulation simulation = new Simulation(2, 0);
    private final Lane one = simulation.lanes().get(0);
    private final Lane two = simulation.lanes().get(1);
    private final List<String> told = new ArrayList<>();
    private final LocalShard shard = opened();

    private LocalShard opened() {
        LocalShard made = new LocalShard(store, Runnable::run);
        made.open(new Listener(), new Found());
        return made;
    }

    /// Sessions with an odd number live on the first lane.
    private final class Listener implements Shard.Listener {
        @Override
        public @Nullable Lane laneOf(long session) {
            return session % 2 == 1 ? one : two;
        }

        @Override
        public void queued(String tenant, Queued entry, Lane lane) {
            assertThat(lane.here()).isTrue();
            told.add("queued " + entry.receiver().session() + "/" + entry.sequence() + " " + text(entry.message()));
        }

        @Override
        public void ended(long session, List<Queued> left, Lane lane) {
            assertThat(lane.here()).isTrue();
            told.add("ended " + session + left.stream().map(entry -> " " + text(entry.message())).toList());
        }

        @Override
        public void retained(String tenant, Message message) {
            told.add("retained " + text(message));
        }
    }

    /// What a start finds, as words.
    private static final class Found implements Shard.Recovery {
        private final List<String> found = new ArrayList<>();

        @Override
        public void session(Shard.StoredSession session) {
            found.add("session " + session.number() + " base " + session.base() + " "
                    + session.subscriptions().stream().map(each -> each.filter().asSent()).toList() + " "
                    + session.releases());
        }

        @Override
        public void retained(String tenant, Message message) {
            found.add("retained " + text(message));
        }

        @Override
        public void orphan(String tenant, Queued entry) {
            found.add("orphan " + text(entry.message()));
        }
    }

    private List<String> found() {
        Found found = new Found();
        new LocalShard(store, Runnable::run).open(new Listener(), found);
        return found.found;
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private static Message message(String payload) {
        return Message.of("t", Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, "p", 0,
                payload.getBytes(StandardCharsets.UTF_8));
    }

    private static Effect.Receiver receiver(long session, @Nullable String shared) {
        return new Effect.Receiver(session, Qos.AT_LEAST_ONCE, false, List.of(),
                shared == null ? null : TopicFilter.parse(shared));
    }

    private static Effect published(String payload, long... sessions) {
        List<Effect.Receiver> receivers = new ArrayList<>();
        for (long session : sessions) {
            receivers.add(receiver(session, null));
        }
        return new Effect.Published("acme", message(payload), receivers, false, 0, 0, 0);
    }

    private static Effect opened(long session) {
        return new Effect.Opened(session, "acme", "c" + session, null, true, 100, null);
    }

    private void commit(Effect effect, Lane lane, String name) {
        shard.commit(effect, lane, new Shard.Commit() {
            @Override
            public void durable() {
                assertThat(lane.here()).isTrue();
                told.add(name);
            }

            @Override
            public void failed(String why) {
                assertThat(lane.here()).isTrue();
                told.add(name + " failed: " + why);
            }
        });
    }

    private List<String> turn() {
        told.clear();
        shard.turn();
        simulation.run();
        return told;
    }

    private List<String> page(long session, long from) {
        List<String> page = new ArrayList<>();
        shard.read(session, from, one, read -> read.entries()
                .forEach(entry -> page.add(entry.sequence() + " " + text(entry.message()))));
        shard.turn();
        simulation.run();
        return page;
    }

    @Test
    void effects_of_several_lanes_are_one_batch() {
        commit(opened(1), one, "a");
        commit(opened(2), two, "b");
        commit(published("x", 1, 2), two, "c");
        assertThat(store.batches()).isZero();
        assertThat(turn()).containsExactlyInAnyOrder("a", "b", "c", "queued 1/0 x", "queued 2/0 x");
        assertThat(store.batches()).isEqualTo(1);
        assertThat(shard.turn()).as("nothing is left").isFalse();
    }

    @Test
    void nobody_is_told_before_the_batch_is_in_the_store() {
        commit(opened(1), one, "a");
        turn();
        List<Integer> sizes = new ArrayList<>();
        store.beforeCommit(() -> sizes.add(told.size()));
        commit(published("x", 1), one, "b");
        commit(new Effect.Published("acme", message("kept"), List.of(), true, 0, 0, 0), one, "c");
        simulation.run();
        assertThat(turn()).containsExactly("retained kept", "queued 1/0 x", "b", "c");
        assertThat(sizes).containsExactly(0);
    }

    @Test
    void each_lane_is_told_in_the_order_in_which_effects_were_handed_in() {
        commit(opened(1), one, "opened");
        commit(published("1", 1), two, "first");
        commit(published("2", 1), one, "second");
        commit(published("3", 1), two, "third");
        assertThat(turn()).containsSubsequence("opened", "queued 1/0 1", "queued 1/1 2", "second", "queued 1/2 3")
                .containsSubsequence("first", "third");
    }

    @Test
    void a_failing_store_fails_everybody_who_waits_and_leaves_nothing() {
        commit(opened(1), one, "opened");
        commit(published("1", 1), one, "first");
        turn();
        List<String> before = found();
        store.failing(true);
        commit(published("2", 1), one, "second");
        commit(new Effect.Published("acme", message("kept"), List.of(), true, 0, 0, 0), two, "third");
        commit(opened(3), one, "fourth");
        commit(new Effect.Ended(1), one, "fifth");
        assertThat(turn()).containsExactlyInAnyOrder("second failed: the journal cannot be written",
                "third failed: the journal cannot be written", "fourth failed: the journal cannot be written",
                "fifth failed: the journal cannot be written");
        assertThat(found()).isEqualTo(before);
        store.failing(false);
        commit(published("3", 1), one, "sixth");
        List<String> after = turn();
        assertThat(after).hasSize(2).contains("sixth");
        assertThat(after.getFirst()).as("the sequence of what failed is not given again").isEqualTo("queued 1/2 3");
        assertThat(page(1, 0)).containsExactly("0 1", "2 3");
    }

    @Test
    void a_message_for_several_that_failed_leaves_its_number_alone() {
        commit(opened(1), one, "a");
        commit(opened(2), two, "b");
        commit(published("1", 1, 2), one, "c");
        turn();
        store.failing(true);
        commit(published("2", 1, 2), one, "d");
        commit(new Effect.Acknowledged(1, 0, 1, false, 1, 0), one, "e");
        turn();
        store.failing(false);
        commit(published("3", 1, 2), one, "f");
        turn();
        assertThat(page(1, 0)).containsExactly("0 1", "2 3");
        commit(new Effect.Acknowledged(1, 0, 1, false, 1, 0), one, "g");
        commit(new Effect.Acknowledged(2, 0, 1, false, 1, 0), two, "h");
        turn();
        assertThat(store.size(Part.MESSAGES)).as("the first is gone").isEqualTo(1);
        assertThat(page(2, 0)).containsExactly("2 3");
    }

    @Test
    void a_session_ends_in_the_turn_in_which_messages_came_for_it() {
        commit(opened(1), one, "opened");
        commit(new Effect.Subscribed(1, TopicFilter.parse("t"), 1, 0), one, "subscribed");
        turn();
        commit(published("plain", 1), one, "first");
        commit(new Effect.Published("acme", message("shared"), List.of(receiver(1, "$share/g/t")), false, 0, 0, 0),
                one, "second");
        commit(new Effect.Ended(1), one, "third");
        commit(published("late", 1), one, "fourth");
        assertThat(turn()).containsExactly("queued 1/0 plain", "first", "queued 1/1 shared", "second",
                "ended 1[ shared]", "third", "fourth");
        assertThat(found()).containsExactly("orphan shared");
        commit(new Effect.Moved("acme", 1, 1, 0, message("shared"), null), one, "moved");
        turn();
        for (Part part : Part.values()) {
            assertThat(store.size(part)).as("%s", part).isZero();
        }
    }

    @Test
    void the_owner_is_told_what_somebody_waits_for_and_when_the_store_fails_and_works_again() {
        List<String> seen = new ArrayList<>();
        LocalShard watched = new LocalShard(store, Runnable::run, awaited -> seen.add("awaited " + awaited),
                new LocalShard.Watch() {
                    @Override
                    public void failing(RuntimeException cause) {
                        seen.add("failing: " + cause.getMessage());
                    }

                    @Override
                    public void working() {
                        seen.add("working");
                    }

                    @Override
                    public void unreadable(long session, RuntimeException cause) {
                        seen.add("unreadable " + session);
                    }
                });
        watched.open(new Listener(), new Found());
        watched.commit(opened(1), one, null);
        watched.read(1, 0, one, _ -> {});
        assertThat(store.batches()).as("nothing is written before the owner's turn").isZero();
        store.failing(true);
        watched.turn();
        watched.commit(opened(1), one, null);
        watched.turn();
        store.failing(false);
        watched.commit(opened(1), one, null);
        watched.turn();
        assertThat(seen).containsExactly("awaited false", "awaited true", "failing: the disk is full",
                "awaited false", "awaited false", "working");
    }

    @Test
    void one_turn_takes_a_few_thousand_effects_and_the_rest_waits_for_the_next() {
        for (int i = 0; i < 5_000; i++) {
            shard.commit(published("x", 1), one, null);
        }
        shard.commit(opened(1), one, null);
        assertThat(shard.turn()).isTrue();
        assertThat(found()).isEmpty();
        assertThat(shard.turn()).isTrue();
        assertThat(found()).hasSize(1);
        assertThat(shard.turn()).isFalse();
    }

    @Test
    void whatever_batch_was_the_last_a_start_finds_exactly_what_was_committed() {
        List<Effect> effects = List.of(opened(1), new Effect.Subscribed(1, TopicFilter.parse("a/#"), 1, 0),
                new Effect.Published("acme", message("kept"), List.of(receiver(1, null)), true, 1, 7, 0),
                new Effect.Released(1, 7), new Effect.Acknowledged(1, 0, 0, false, 1, 5),
                new Effect.Unsubscribed(1, TopicFilter.parse("a/#")), new Effect.Forgotten("acme"),
                new Effect.Ended(1));
        List<List<String>> states = new ArrayList<>();
        for (Effect effect : effects) {
            shard.commit(effect, one, null);
            turn();
            states.add(found());
        }
        assertThat(states).containsExactly(
                List.of("session 1 base 0 [] []"),
                List.of("session 1 base 0 [a/#] []"),
                List.of("session 1 base 0 [a/#] [7]", "retained kept"),
                List.of("session 1 base 0 [a/#] []", "retained kept"),
                List.of("session 1 base 1 [a/#] []", "retained kept"),
                List.of("session 1 base 1 [] []", "retained kept"),
                List.of("session 1 base 1 [] []"),
                List.of());
    }

    @Test
    void sequences_go_on_after_a_restart_although_everything_was_acknowledged() {
        commit(opened(1), one, "a");
        commit(published("1", 1), one, "b");
        turn();
        shard.commit(new Effect.Acknowledged(1, 0, 0, false, 1, 5), one, null);
        turn();
        LocalShard next = opened();
        told.clear();
        next.commit(published("2", 1), one, null);
        next.turn();
        simulation.run();
        assertThat(told).containsExactly("queued 1/1 2");
    }

    @Test
    void a_record_of_a_later_version_and_a_damaged_one_are_refused_in_words() {
        commit(opened(1), one, "a");
        commit(new Effect.Published("acme", message("kept"), List.of(), true, 0, 0, 0), one, "b");
        turn();
        byte[][] value = new byte[1][];
        byte[] from = {0};
        byte[] to = {(byte) 0xFF};
        byte[][] key = new byte[1][];
        store.scan(Part.RETAINED, from, to, (k, v) -> {
            key[0] = k;
            value[0] = v;
            return false;
        });
        byte[] whole = value[0];
        byte[] later = whole.clone();
        later[0] = 9;
        replace(key[0], later);
        assertThatThrownBy(this::found).isInstanceOf(JournalFault.class)
                .hasMessageContaining("a record of version 9; this program knows version 1")
                .hasMessageContaining("Run the version of Gatehouse that wrote it");
        for (int length = 0; length < whole.length; length++) {
            replace(key[0], Arrays.copyOf(whole, length));
            assertThatThrownBy(this::found).as("%d bytes", length).isInstanceOf(JournalFault.class)
                    .hasMessageContaining("the data folder is damaged");
        }
        replace(key[0], whole);
        assertThat(found()).contains("retained kept");
    }

    private void replace(byte[] key, byte[] value) {
        try (var batch = store.batch()) {
            batch.put(Part.RETAINED, key, value);
            batch.commit();
        }
    }
}
