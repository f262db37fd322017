package dev.gatehouse.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.admin.Status;

/// Empties the server: new clients are refused, those that are connected are sent away so many per second (MQTT 5
/// §4.11). Sessions stay.
///
/// - **Threads:** [#start] and [#stop] from any, [#reference] from event loops without a lock; clients are sent away
///   from housekeeping, each on its own event loop.
final class Drain {
    /// Often enough that a second's clients do not all come back at once.
    private static final int TICKS_PER_SECOND = 10;

    private final ScheduledExecutorService housekeeping;
    private final Supplier<List<Channel>> connections;
    private volatile @Nullable Order order;
    private @Nullable ScheduledFuture<?> running; // guarded by this

    /// What was ordered.
    ///
    /// @param to `host` or `host:port`, with `%t` for the tenant; null: nowhere in particular
    /// @param permanent whether clients should use that server from now on
    private record Order(@Nullable String to, boolean permanent, int perSecond) {}

    /// What one client is told.
    ///
    /// @param server null: there is none to name
    record Reference(@Nullable String server, boolean permanent) {
        /// With a server to name: Use another server (0x9C) or Server moved (0x9D); else Server unavailable (0x88).
        ReasonCode connackReason() {
            return server == null ? ReasonCode.SERVER_UNAVAILABLE : disconnectReason();
        }

        /// Without a server to name Use another server (0x9C) is all that DISCONNECT can say.
        ReasonCode disconnectReason() {
            return permanent && server != null ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
        }

        ConnackProperties connack(String reasonString) {
            return new ConnackProperties(-1, -1, null, true, -1, null, 0, reasonString, List.of(), true, true, true,
                    -1, null, server, null, null);
        }

        String words() {
            return server == null ? "" : "to " + server;
        }
    }

    /// @param connections all there are now
    Drain(ScheduledExecutorService housekeeping, Supplier<List<Channel>> connections) {
        this.housekeeping = housekeeping;
        this.connections = connections;
    }

    /// What a client of this tenant is told; null: it may stay.
    @Nullable
    Reference reference(@Nullable TenantEntry tenant) {
        Order current = order;
        if (current == null) {
            return null;
        }
        String to = current.to();
        if (to != null && to.contains("%t")) {
            to = tenant == null ? null : to.replace("%t", tenant.name());
        }
        return new Reference(to, current.permanent());
    }

    /// Begins, or goes on with other words.
    synchronized void start(@Nullable String to, boolean permanent, int perSecond) {
        stop();
        order = new Order(to, permanent, perSecond);
        // From now on nobody new comes in: these are all.
        Queue<Channel> left = new ArrayDeque<>(connections.get());
        int perTick = Math.max(1, perSecond / TICKS_PER_SECOND);
        long tickMillis = Math.max(1_000L / TICKS_PER_SECOND, 1_000L * perTick / perSecond);
        running = housekeeping.scheduleAtFixedRate(() -> sendAway(left, perTick), 0, tickMillis,
                TimeUnit.MILLISECONDS);
    }

    /// Lets clients in again.
    synchronized void stop() {
        order = null;
        ScheduledFuture<?> before = running;
        if (before != null) {
            before.cancel(false);
            running = null;
        }
    }

    private static void sendAway(Queue<Channel> left, int most) {
        for (int sent = 0; sent < most && !left.isEmpty();) {
            Channel channel = left.remove();
            if (channel.isActive()) {
                sent++;
                channel.eventLoop().execute(() -> sendAway(channel));
            }
        }
    }

    private static void sendAway(Channel channel) {
        MqttHandler mqtt = channel.pipeline().get(MqttHandler.class);
        if (mqtt != null) {
            mqtt.sendAway();
        }
    }

    /// For `gatehouse status`; null: nothing is being drained.
    Status.@Nullable Draining status() {
        Order current = order;
        return current == null
                ? null
                : new Status.Draining(current.to(), current.permanent(), current.perSecond(), connections.get().size());
    }
}
