package dev.gatehouse.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;

/// Messages that have come and that nobody has taken yet.
///
/// - **Threads:** one puts, any take.
/// - **Limits:** when `messagesMax` are there, whoever puts waits, so nothing more is read from the server.
final class Inbox {
    private final int messagesMax;
    private final Deque<Packet.Publish> messages = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ClientFault end;

    Inbox(int messagesMax) {
        this.messagesMax = messagesMax;
    }

    void put(Packet.Publish message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.size() >= messagesMax && end == null) {
                changed.await();
            }
            messages.add(message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// No more messages will come, for this reason.
    void end(ClientFault fault) {
        lock.lock();
        try {
            if (end == null) {
                end = fault;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The oldest message; null at the deadline.
    ///
    /// @throws ClientFault why no more will come, once all that came are taken
    Packet.@Nullable Publish take(Deadline deadline) throws ClientFault, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.isEmpty()) {
                if (end != null) {
                    throw end;
                }
                long left = deadline.left().toNanos();
                if (left <= 0) {
                    return null;
                }
                changed.await(left, TimeUnit.NANOSECONDS);
            }
            Packet.Publish oldest = messages.remove();
            changed.signalAll();
            return oldest;
        } finally {
            lock.unlock();
        }
    }
}
