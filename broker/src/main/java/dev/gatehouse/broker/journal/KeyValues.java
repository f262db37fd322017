package dev.gatehouse.broker.journal;

import org.jspecify.annotations.Nullable;

/// An ordered store of keys and values in a few parts, changed in atomic batches: all that the journal needs of a store.
///
/// Keys are compared as unsigned bytes; a key is 1 to 70 000 bytes, a value 0 bytes to 300 MB.
///
/// - **Threads:** any; one batch is used by one thread. Calls block for the disk.
/// - **Errors:** every method throws [JournalFault] when the store cannot do it; after a failed [Batch#commit] nothing
///   of that batch is in the store.
public interface KeyValues {
    /// The parts of the store. The names are on the disk.
    enum Part {
        /// One record per session, by session number.
        SESSIONS,
        /// The will of a session, by session number.
        WILLS,
        /// By session number and filter.
        SUBSCRIPTIONS,
        /// What waits for or is in flight to a session, by session number and sequence. Each key is put once.
        QUEUES,
        /// Messages that are in more than one queue, by message number. Each key is put once.
        MESSAGES,
        /// In how many queues such a message still is, by message number.
        REFERENCES,
        /// QoS 2 messages for a session that it has received and that wait for PUBCOMP, by session number and sequence.
        RECEIVED,
        /// Packet ids of QoS 2 messages from a session that wait for PUBREL, by session number and packet id.
        RELEASES,
        /// How far a session has acknowledged, by session number.
        CURSORS,
        /// By tenant and topic.
        RETAINED
    }

    /// A new, empty batch.
    Batch batch();

    /// The value of a key; null when there is none.
    byte @Nullable [] get(Part part, byte[] key);

    /// Visits keys in ascending order until the visitor has enough.
    ///
    /// @param from the first key that may be visited
    /// @param to the first key that is no longer visited
    void scan(Part part, byte[] from, byte[] to, Visitor visitor);

    /// The greatest key from `from` up to, but not including, `to`; null when there is none.
    @Nullable
    Entry last(Part part, byte[] from, byte[] to);

    /// A key with its value.
    record Entry(@SuppressWarnings("ArrayRecordComponent") byte[] key,
            @SuppressWarnings("ArrayRecordComponent") byte[] value) {}

    /// Sees entries one by one.
    @FunctionalInterface
    interface Visitor {
        /// @return whether to go on
        boolean visit(byte[] key, byte[] value);
    }

    /// Changes that happen together or not at all. What is in it is not visible before [#commit].
    interface Batch extends AutoCloseable {
        void put(Part part, byte[] key, byte[] value);

        /// Removes a key; nothing happens when there is none.
        void delete(Part part, byte[] key);

        /// Removes a key that was put exactly once since it was last removed: cheaper than [#delete].
        void deleteOnce(Part part, byte[] key);

        /// Whether nothing was put or removed.
        boolean isEmpty();

        /// Writes the batch. When this returns it survives the end of the process, and, unless the store was told to
        /// relax that, the loss of power.
        void commit();

        /// Lets go of what the batch holds; after [#commit] or instead of it.
        @Override
        void close();
    }
}
