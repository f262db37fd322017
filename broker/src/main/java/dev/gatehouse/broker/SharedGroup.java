package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// The members of one shared subscription (MQTT 5 §4.8.2): a share name and a topic filter.
///
/// - **Thread:** members are replaced under the lock of [SubscriptionTree]; [#choose] is called by any lane.
final class SharedGroup {
    private final TopicFilter filter;
    private volatile Subscription[] members;
    /// Where the search for the next member begins. Lanes that race may give one member two messages in a row.
    private volatile int turn;
    private volatile boolean keeps;

    SharedGroup(Subscription first) {
        this.filter = first.filter();
        this.members = new Subscription[]{first};
        this.keeps = keeps(members);
    }

    /// Share name and topic filter.
    TopicFilter filter() {
        return filter;
    }

    Subscription[] members() {
        return members;
    }

    void members(Subscription[] replacement) {
        members = replacement;
        keeps = keeps(replacement);
    }

    /// Whether a QoS 1 or 2 message outlives the process whichever member has it, since there is one that is durable.
    boolean keeps() {
        return keeps;
    }

    private static boolean keeps(Subscription[] members) {
        for (Subscription member : members) {
            if (member.qos() != Qos.AT_MOST_ONCE && member.session().durable()) {
                return true;
            }
        }
        return false;
    }

    /// The member that gets the next message: in turn among those connected and able to take more; if there is none
    /// among those connected; if there is none among those whose session lives on. Null when the group is empty.
    @Nullable
    Subscription choose() {
        Subscription[] all = members;
        int start = turn;
        int connected = -1;
        int absent = -1;
        for (int i = 0; i < all.length; i++) {
            int at = (start + i) % all.length;
            Session session = all[at].session();
            if (session.connected()) {
                if (!session.backlogged()) {
                    turn = at + 1;
                    return all[at];
                }
                connected = connected < 0 ? at : connected;
            } else {
                absent = absent < 0 ? at : absent;
            }
        }
        int chosen = connected >= 0 ? connected : absent;
        if (chosen < 0) {
            return null;
        }
        turn = chosen + 1;
        return all[chosen];
    }
}
