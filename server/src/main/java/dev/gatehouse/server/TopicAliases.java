package dev.gatehouse.server;

import org.jspecify.annotations.Nullable;

/// The topic aliases that one connection's client was told, MQTT 5 §3.3.2.3.4.
///
/// - **Policy:** while there are free aliases a topic gets one at its first message. When all are taken, a message of
///   another topic looks at one alias, the next in turn: was it used since the last look, it stays and the message goes
///   out without alias; else it is taken over. So topics that are sent often keep theirs, and more topics in turn than
///   aliases still save on most of them, where replacing the oldest would save on none.
/// - **Told:** an alias counts from [#told] on, which is to be called only once the packet that sets it is written.
/// - **Cost:** one hash lookup per message; nothing is allocated after the first.
final class TopicAliases {
    /// An alias takes 3 bytes in each packet, the first time in addition to the topic: below this many bytes it saves
    /// nothing by the second message.
    static final int TOPIC_BYTES_MIN = 7;

    private final int aliasesMax;
    private final @Nullable String[] topics;
    private final boolean[] used;
    /// The first alias of each chain of the hash table, and the next one in its chain; 0 ends it.
    private final int[] heads;
    private final int[] nexts;
    private int taken;
    private int hand;

    /// @param aliasesMax 1 to 65 535
    TopicAliases(int aliasesMax) {
        this.aliasesMax = aliasesMax;
        this.topics = new String[aliasesMax + 1];
        this.used = new boolean[aliasesMax + 1];
        this.nexts = new int[aliasesMax + 1];
        this.heads = new int[Integer.highestOneBit(aliasesMax) * 2];
    }

    /// The alias that the client knows for a topic; 0 = none.
    int find(String topic) {
        for (int alias = heads[slot(topic)]; alias != 0; alias = nexts[alias]) {
            if (topic.equals(topics[alias])) {
                used[alias] = true;
                return alias;
            }
        }
        return 0;
    }

    /// The alias that this message may set for its topic, which has none; 0 = it should go without.
    int offer() {
        if (taken < aliasesMax) {
            return taken + 1;
        }
        hand = hand % aliasesMax + 1;
        if (used[hand]) {
            used[hand] = false;
            return 0;
        }
        return hand;
    }

    /// The client is being told: from now on the alias stands for this topic, and for no other.
    ///
    /// @param alias as offered just now
    void told(int alias, String topic) {
        String before = topics[alias];
        if (before == null) {
            taken++;
        } else {
            unlink(alias, slot(before));
        }
        int slot = slot(topic);
        topics[alias] = topic;
        used[alias] = true; // else topics in turn would take it away before its second message
        nexts[alias] = heads[slot];
        heads[slot] = alias;
    }

    private void unlink(int alias, int slot) {
        if (heads[slot] == alias) {
            heads[slot] = nexts[alias];
            return;
        }
        int at = heads[slot];
        while (nexts[at] != alias) {
            at = nexts[at];
        }
        nexts[at] = nexts[alias];
    }

    private int slot(String topic) {
        int hash = topic.hashCode();
        return (hash ^ hash >>> 16) & heads.length - 1;
    }
}
