package dev.gatehouse.broker.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Effect;
import dev.gatehouse.broker.Message;
import dev.gatehouse.broker.Queued;
import dev.gatehouse.broker.Shard;
import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Entry;
import dev.gatehouse.broker.journal.KeyValues.Part;
import dev.gatehouse.mqtt.Will;

/// What effects make of the store: the same state from the same effects in the same order, whoever applies them.
///
/// - **Thread:** [#apply], [#committed] and [#failed] belong to one thread; [#page] may be called by any.
/// - **Invariant:** a session's queue has every sequence once; what is not there below its end is done.
final class StoredState {
    /// Entries, and about so many bytes of them, that one reading gives.
    private static final int PAGE_MAX = 128;
    private static final long PAGE_BYTES_MAX = 256 << 10;
    /// Messages in several queues whose number of queues is kept at hand.
    private static final int COUNTS_MAX = 65_536;

    private final KeyValues store;
    private final Map<Long, Queue> sessions = new HashMap<>();
    private final Map<Long, Count> counts = new HashMap<>();
    private long lastMessage;

    // Of the batch under way:
    private final Map<Long, Queue> gone = new HashMap<>();
    private final List<Queue> touched = new ArrayList<>();
    private final List<Long> changedCounts = new ArrayList<>();
    private final List<Runnable> undo = new ArrayList<>();

    /// Where a session's queue ends.
    private static final class Queue {
        /// The next sequence; -1 = not read yet.
        long end = -1;
        long endBytes;
        boolean touched;
    }

    /// In how many queues a message is.
    private static final class Count {
        int queues;
        boolean changed;
    }

    StoredState(KeyValues store) {
        this.store = store;
        Entry last = store.last(Part.MESSAGES, Keys.number(0), Keys.number(Long.MAX_VALUE));
        this.lastMessage = last == null ? 0 : Keys.numberOf(last.key());
    }

    /// Whether the effect looks for keys that the batch may have and the store has not yet: commit the batch first.
    boolean needsWhatIsPending(Effect effect) {
        return switch (effect) {
            case Effect.Ended ended -> {
                Queue queue = sessions.get(ended.session());
                yield queue == null || queue.touched;
            }
            case Effect.Forgotten _,Effect.RetainedExpired _ -> true;
            case Effect.Acknowledged _,Effect.Detached _,Effect.Moved _,Effect.Opened _,Effect.Published _,Effect.Received _,Effect.Released _,Effect.Subscribed _,Effect.Unsubscribed _,Effect.WillFulfilled _ ->
                false;
        };
    }

    /// Adds to the batch what the effect changes.
    ///
    /// @return what it put into queues; of an ended session what it left in its queue
    List<Queued> apply(Effect effect, Batch batch) {
        switch (effect) {
            case Effect.Published published -> {
                return publish(published, batch);
            }
            case Effect.Moved moved -> {
                return move(moved, batch);
            }
            case Effect.Acknowledged done -> acknowledge(done, batch);
            case Effect.Received received -> {
                touch(received.session());
                batch.put(Part.RECEIVED, Keys.place(received.session(), received.sequence()), new byte[0]);
            }
            case Effect.Released released -> {
                touch(released.session());
                batch.delete(Part.RELEASES, Keys.release(released.session(), released.packetId()));
            }
            case Effect.Opened opened -> open(opened, batch);
            case Effect.Detached detached -> {
                touch(detached.session());
                batch.put(Part.SESSIONS, Keys.state(detached.session()), Records.of(new Records.State(false,
                        detached.atMicros(), detached.expirySeconds(), detached.willDueMicros(), detached.sentTo())));
                if (detached.willDueMicros() < 0) {
                    batch.delete(Part.WILLS, Keys.number(detached.session()));
                }
            }
            case Effect.WillFulfilled fulfilled -> fulfilled(fulfilled.session(), batch);
            case Effect.Ended ended -> {
                return end(ended.session(), batch);
            }
            case Effect.Subscribed subscribed -> {
                touch(subscribed.session());
                batch.put(Part.SUBSCRIPTIONS, Keys.subscription(subscribed.session(), subscribed.filter().asSent()),
                        Records.subscription(subscribed.options(), subscribed.id()));
            }
            case Effect.Unsubscribed unsubscribed -> {
                touch(unsubscribed.session());
                batch.delete(Part.SUBSCRIPTIONS,
                        Keys.subscription(unsubscribed.session(), unsubscribed.filter().asSent()));
            }
            case Effect.RetainedExpired expired -> {
                byte[] key = Keys.retained(expired.tenant(), expired.topic());
                byte[] value = store.get(Part.RETAINED, key);
                if (value != null && Records.message(value).expiresAtMicros() <= expired.atMicros()) {
                    batch.delete(Part.RETAINED, key);
                }
            }
            case Effect.Forgotten forgotten ->
                store.scan(Part.RETAINED, Keys.tenant(forgotten.tenant(), 0), Keys.tenant(forgotten.tenant(), 1),
                        (key, _) -> {
                            batch.delete(Part.RETAINED, key);
                            return true;
                        });
        }
        return List.of();
    }

    private List<Queued> publish(Effect.Published published, Batch batch) {
        Message message = published.message();
        if (published.retained()) {
            byte[] key = Keys.retained(published.tenant(), message.topic());
            if (message.payloadBytes() == 0) {
                batch.delete(Part.RETAINED, key);
            } else {
                batch.put(Part.RETAINED, key, Records.of(message));
            }
        }
        if (published.publisher() != 0) {
            touch(published.publisher());
            batch.put(Part.RELEASES, Keys.release(published.publisher(), published.packetId()), new byte[0]);
        }
        if (published.willOf() != 0) {
            fulfilled(published.willOf(), batch);
        }
        List<Effect.Receiver> receivers = published.receivers().stream()
                .filter(each -> each.shared() != null || sessions.containsKey(each.session())).toList();
        if (receivers.isEmpty()) {
            return List.of();
        }
        long number = 0;
        if (receivers.size() > 1) {
            number = ++lastMessage;
            batch.put(Part.MESSAGES, Keys.number(number), Records.of(message));
            Count count = new Count();
            counts.put(number, count);
            count(number, count, receivers.size());
        }
        List<Queued> queued = new ArrayList<>(receivers.size());
        for (Effect.Receiver receiver : receivers) {
            queued.add(put(published.tenant(), receiver, number, message, batch));
        }
        return queued;
    }

    private Queued put(String tenant, Effect.Receiver receiver, long number, Message message, Batch batch) {
        Queue queue = queue(receiver.session());
        long sequence = queue.end++;
        queue.endBytes += message.weight();
        batch.put(Part.QUEUES, Keys.place(receiver.session(), sequence),
                Records.place(tenant, receiver, queue.endBytes, number, message));
        return new Queued(sequence, queue.endBytes, number, receiver, message, false);
    }

    /// The queue, with its end read from the store if need be, marked as touched by the batch.
    private Queue queue(long session) {
        Queue queue = touch(session);
        if (queue.end < 0) {
            Records.Cursor end = endOf(session, cursor(session));
            queue.end = end.base();
            queue.endBytes = end.baseBytes();
        }
        return queue;
    }

    private Records.Cursor cursor(long session) {
        byte[] value = store.get(Part.CURSORS, Keys.number(session));
        return value == null ? new Records.Cursor(0, 0) : Records.cursor(value);
    }

    /// Where the queue ends, as the store has it.
    private Records.Cursor endOf(long session, Records.Cursor cursor) {
        Entry last = store.last(Part.QUEUES, Keys.place(session, cursor.base()), Keys.place(session + 1, 0));
        return last == null
                ? cursor
                : new Records.Cursor(Keys.sequenceOf(last.key()) + 1,
                        Math.max(cursor.baseBytes(), Records.endBytes(session, last.value())));
    }

    private Queue touch(long session) {
        Queue queue = sessions.get(session);
        if (queue == null) {
            queue = gone.computeIfAbsent(session, _ -> new Queue());
        }
        if (!queue.touched) {
            queue.touched = true;
            touched.add(queue);
        }
        return queue;
    }

    private List<Queued> move(Effect.Moved moved, Batch batch) {
        batch.deleteOnce(Part.QUEUES, Keys.place(moved.from(), moved.sequence()));
        Effect.Receiver to = moved.to();
        if (to == null) {
            countDown(moved.number(), batch);
            return List.of();
        }
        return List.of(put(moved.tenant(), to, moved.number(), moved.message(), batch));
    }

    private void acknowledge(Effect.Acknowledged done, Batch batch) {
        Queue queue = touch(done.session());
        batch.deleteOnce(Part.QUEUES, Keys.place(done.session(), done.sequence()));
        if (done.received()) {
            batch.delete(Part.RECEIVED, Keys.place(done.session(), done.sequence()));
        }
        countDown(done.number(), batch);
        if (sessions.get(done.session()) == queue) {
            batch.put(Part.CURSORS, Keys.number(done.session()),
                    Records.of(new Records.Cursor(done.base(), done.baseBytes())));
        }
    }

    private void countDown(long number, Batch batch) {
        if (number == 0) {
            return;
        }
        Count count = counts.get(number);
        if (count == null) {
            byte[] value = store.get(Part.REFERENCES, Keys.number(number));
            count = new Count();
            count.queues = value == null ? 1 : Records.references(value);
            counts.put(number, count);
        }
        count(number, count, count.queues - 1);
        if (count.queues == 0) {
            batch.deleteOnce(Part.MESSAGES, Keys.number(number));
        }
    }

    private void count(long number, Count count, int queues) {
        count.queues = queues;
        if (!count.changed) {
            count.changed = true;
            changedCounts.add(number);
        }
    }

    private void open(Effect.Opened opened, Batch batch) {
        long session = opened.session();
        if (opened.fresh() || !sessions.containsKey(session)) {
            batch.put(Part.SESSIONS, Keys.identity(session),
                    Records.of(new Records.Identity(opened.tenant(), opened.clientId(), opened.userName())));
            Queue queue = new Queue();
            queue.end = 0;
            sessions.put(session, queue);
            undo.add(() -> sessions.remove(session));
        }
        queue(session); // before an acknowledgement removes the last sequence
        batch.put(Part.SESSIONS, Keys.state(session),
                Records.of(new Records.State(true, 0, opened.expirySeconds(), 0, 0)));
        Will will = opened.will();
        if (will != null) {
            batch.put(Part.WILLS, Keys.number(session), Records.of(will));
        } else if (!opened.fresh()) {
            batch.delete(Part.WILLS, Keys.number(session));
        }
    }

    private void fulfilled(long session, Batch batch) {
        touch(session);
        batch.delete(Part.WILLS, Keys.number(session));
    }

    private List<Queued> end(long session, Batch batch) {
        Queue before = sessions.remove(session);
        if (before == null) {
            return List.of(); // it has ended already, and what it left is on its way to others
        }
        undo.add(() -> sessions.put(session, before));
        batch.delete(Part.SESSIONS, Keys.identity(session));
        batch.delete(Part.SESSIONS, Keys.state(session));
        batch.delete(Part.WILLS, Keys.number(session));
        batch.delete(Part.CURSORS, Keys.number(session));
        for (Part part : List.of(Part.SUBSCRIPTIONS, Part.RECEIVED, Part.RELEASES)) {
            store.scan(part, Keys.number(session), Keys.number(session + 1), (key, _) -> {
                batch.delete(part, key);
                return true;
            });
        }
        List<Queued> left = new ArrayList<>();
        store.scan(Part.QUEUES, Keys.place(session, 0), Keys.place(session + 1, 0), (key, value) -> {
            Records.Place place = Records.place(session, value);
            Queued entry = place.receiver().shared() == null ? null : queued(session, new Entry(key, value), Set.of());
            if (entry == null) {
                batch.deleteOnce(Part.QUEUES, key);
                countDown(place.number(), batch);
            } else {
                left.add(entry);
            }
            return true;
        });
        return left;
    }

    /// Adds to the batch what only its end decides. Call before it is committed.
    void finish(Batch batch) {
        for (long number : changedCounts) {
            Count count = counts.get(number);
            if (count == null) {
                continue;
            }
            count.changed = false;
            if (count.queues == 0) {
                batch.delete(Part.REFERENCES, Keys.number(number));
                counts.remove(number);
            } else {
                batch.put(Part.REFERENCES, Keys.number(number), Records.references(count.queues));
            }
        }
        changedCounts.clear();
        if (counts.size() > COUNTS_MAX) {
            counts.clear();
        }
    }

    /// The batch is in the store.
    void committed() {
        touched.forEach(queue -> queue.touched = false);
        touched.clear();
        gone.clear();
        undo.clear();
    }

    /// The batch is not in the store.
    void failed() {
        for (Queue queue : touched) {
            queue.touched = false; // its end stays where it is: a gap is no harm, a sequence used twice is
        }
        touched.clear();
        gone.clear();
        undo.reversed().forEach(Runnable::run);
        undo.clear();
        changedCounts.clear();
        counts.clear();
    }

    /// Reads what waits for a session, from a sequence on.
    Shard.Page page(long session, long from) {
        List<Entry> raw = new ArrayList<>();
        long[] bytes = new long[1];
        boolean[] more = new boolean[1];
        store.scan(Part.QUEUES, Keys.place(session, from), Keys.place(session + 1, 0), (key, value) -> {
            if (raw.size() == PAGE_MAX || bytes[0] > PAGE_BYTES_MAX) {
                more[0] = true;
                return false;
            }
            raw.add(new Entry(key, value));
            bytes[0] += value.length;
            return true;
        });
        List<Queued> entries = new ArrayList<>(raw.size());
        if (raw.isEmpty()) {
            return new Shard.Page(entries, false, null);
        }
        Set<Long> received = new HashSet<>();
        store.scan(Part.RECEIVED, raw.getFirst().key(),
                Keys.place(session, Keys.sequenceOf(raw.getLast().key()) + 1), (key, _) -> {
                    received.add(Keys.sequenceOf(key));
                    return true;
                });
        for (Entry entry : raw) {
            Queued queued = queued(session, entry, received);
            if (queued != null) {
                entries.add(queued);
            }
        }
        return new Shard.Page(entries, more[0], null);
    }

    /// Null when the message was done with between two readings.
    private @Nullable Queued queued(long session, Entry entry, Set<Long> received) {
        Records.Place place = Records.place(session, entry.value());
        Message message = place.message();
        if (message == null) {
            byte[] value = store.get(Part.MESSAGES, Keys.number(place.number()));
            if (value == null) {
                return null;
            }
            message = Records.message(value);
        }
        long sequence = Keys.sequenceOf(entry.key());
        return new Queued(sequence, place.endBytes(), place.number(), place.receiver(), message,
                received.contains(sequence));
    }

    /// Brings up everything; once, before the first effect.
    void recover(Shard.Recovery recovery) {
        Map<Long, Entry> identities = new HashMap<>(1);
        store.scan(Part.SESSIONS, Keys.number(0), Keys.number(Long.MAX_VALUE), (key, value) -> {
            if (key[8] == Keys.IDENTITY) {
                identities.put(Keys.numberOf(key), new Entry(key, value));
            } else {
                long number = Keys.numberOf(key);
                Entry identity = identities.remove(number);
                if (identity != null) {
                    sessions.put(number, new Queue());
                    recovery.session(session(number, Records.identity(identity.value()), Records.state(value)));
                }
            }
            return true;
        });
        store.scan(Part.RETAINED, new byte[]{1}, new byte[]{(byte) 0xFF}, (key, value) -> {
            recovery.retained(Keys.tenantOf(key), Records.message(value));
            return true;
        });
        orphans(entry -> recovery.orphan(entry.tenant, entry.queued));
    }

    private record Orphan(String tenant, Queued queued) {}

    /// What stands in queues of sessions that are gone.
    private void orphans(Consumer<Orphan> found) {
        for (long next = 0; next >= 0;) {
            long[] number = {-1};
            store.scan(Part.QUEUES, Keys.place(next, 0), Keys.place(Long.MAX_VALUE, 0), (key, _) -> {
                number[0] = Keys.numberOf(key);
                return false;
            });
            next = number[0] < 0 ? -1 : number[0] + 1;
            if (number[0] >= 0 && !sessions.containsKey(number[0])) {
                long session = number[0];
                store.scan(Part.QUEUES, Keys.place(session, 0), Keys.place(session + 1, 0), (key, value) -> {
                    Queued queued = queued(session, new Entry(key, value), Set.of());
                    if (queued != null) {
                        found.accept(new Orphan(Records.place(session, value).tenant(), queued));
                    }
                    return true;
                });
            }
        }
    }

    private Shard.StoredSession session(long number, Records.Identity identity, Records.State state) {
        List<Shard.StoredSubscription> subscriptions = new ArrayList<>();
        store.scan(Part.SUBSCRIPTIONS, Keys.number(number), Keys.number(number + 1), (key, value) -> {
            String filter = new String(key, 8, key.length - 8, StandardCharsets.UTF_8);
            subscriptions.add(new Shard.StoredSubscription(Records.filter(filter), Records.options(value),
                    Records.subscriptionId(value)));
            return true;
        });
        List<Integer> releases = new ArrayList<>();
        store.scan(Part.RELEASES, Keys.number(number), Keys.number(number + 1), (key, _) -> {
            releases.add(Keys.packetIdOf(key));
            return true;
        });
        byte[] will = store.get(Part.WILLS, Keys.number(number));
        Records.Cursor cursor = cursor(number);
        // what was in flight to a connected client is not recorded: everything there is may have been
        long sentTo = state.connected() && state.expirySeconds() > 0 ? endOf(number, cursor).base() : state.sentTo();
        return new Shard.StoredSession(number, identity.tenant(), identity.clientId(), identity.userName(),
                state.expirySeconds(), state.connected(), state.detachedMicros(),
                will == null ? -1 : state.willDueMicros(), will == null ? null : Records.will(will), sentTo,
                cursor.base(), cursor.baseBytes(), subscriptions, releases);
    }
}
