package dev.gatehouse.broker;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// The members of one shared subscription (MQTT 5 §4.8.2): a share name and a topic filter.
///
/// - **Thread:** members are replaced under the lock of [SubscriptionTree]; [#choose] is called by any lane.
final class SharedGroup {
    private final String shareName;
    private volatile Subscription[] members;
    private final AtomicInteger turn = new AtomicInteger();

    SharedGroup(String shareName, Subscription first) {
        this.shareName = shareName;
        this.members = new Subscription[]{first};
    }

    String shareName() {
        return shareName;
    }

    Subscription[] members() {
        return members;
    }

    void members(Subscription[] replacement) {
        members = replacement;
    }

    /// The member that gets the next message: in turn among those connected and able to take more; if there is none
    /// among those connected; if there is none among those whose session lives on. Null when the group is empty.
    @Nullable
    Subscription choose() {
        Subscription[] all = members;
        int start = turn.getAndIncrement() & Integer.MAX_VALUE;
        Subscription connected = null;
        Subscription absent = null;
        for (int i = 0; i < all.length; i++) {
            Subscription member = all[(start + i) % all.length];
            if (member.session().connected()) {
                if (!member.session().backlogged()) {
                    return member;
                }
                connected = connected == null ? member : connected;
            } else {
                absent = absent == null ? member : absent;
            }
        }
        return connected != null ? connected : absent;
    }
}
