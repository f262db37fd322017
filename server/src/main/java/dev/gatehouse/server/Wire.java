package dev.gatehouse.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.config.Listener;

/// One accepted socket: its attempt, its tenant as far as that is known, and how it ends. There is one way to end it,
/// [#over], and it counts once.
///
/// - **Thread:** the channel's event loop.
final class Wire {
    /// How long a last answer may take to leave before the socket is closed all the same.
    private static final long FAREWELL_MILLIS = 1_000;

    private final House house;
    private final Listener listener;
    private final Channel channel;
    private final Attempt attempt;
    private final Traffic traffic = new Traffic();
    private Phase phase = Phase.SILENT;
    private @Nullable TenantEntry tenant;
    private @Nullable String authority;
    private @Nullable String remote;
    private Fact.TenantUndecided.@Nullable Why undecided;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    /// What went over the wire. Bytes are those of MQTT, after TLS and WebSocket are taken off; before there is MQTT,
    /// all that came.
    static final class Traffic {
        long bytesIn;
        long bytesOut;
        long packetsIn;
        long packetsOut;
        @Nullable
        Class<? extends Packet> lastPacketIn;
        @Nullable
        Class<? extends Packet> lastPacketOut;
    }

    /// @param local our address, as [LocalName] gives it
    Wire(House house, Listener listener, Channel channel, String local) {
        this.house = house;
        this.listener = listener;
        this.channel = channel;
        this.attempt = house.ledger().accept(new Fact.Accepted(text(channel.remoteAddress()),
                local, listener.name(), listener.protocol().text()));
    }

    /// An address as `ip:port`, IPv6 as `[ip]:port`.
    static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? text(inet.getAddress().getHostAddress(), inet.getPort())
                : String.valueOf(address);
    }

    /// The same of an address in its textual form.
    static String text(String address, int port) {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    House house() {
        return house;
    }

    Listener listener() {
        return listener;
    }

    Channel channel() {
        return channel;
    }

    Traffic traffic() {
        return traffic;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
    }

    boolean isOver() {
        return over;
    }

    /// The id of the attempt, which the client is told.
    String attempt() {
        return attempt.id();
    }

    /// The client's address, behind a trusted proxy the one that the proxy gave.
    String remote() {
        String given = remote;
        return given == null ? text(channel.remoteAddress()) : given;
    }

    /// When it was accepted, in microseconds since the epoch.
    long startedMicros() {
        return attempt.startedMicros();
    }

    void note(Fact fact) {
        attempt.add(fact, house.clock().getAsLong());
    }

    /// A PROXY header was read and is trusted.
    void behindProxy(@Nullable String source, @Nullable String serverName) {
        remote = source;
        authority = serverName;
    }

    /// The server name that a proxy passed on; null when there is none.
    @Nullable
    String authority() {
        return authority;
    }

    /// The tenant; null while it is not known.
    @Nullable
    TenantEntry tenant() {
        return tenant;
    }

    /// Why the tenant is not known; null when it is, or when nobody has asked yet.
    Fact.TenantUndecided.@Nullable Why undecided() {
        return undecided;
    }

    void decided(TenantEntry entry, Fact.TenantDecided.By by) {
        tenant = entry;
        undecided = null;
        note(new Fact.TenantDecided(entry.name(), by));
        house.ledger().decided(attempt, entry.name());
    }

    void undecided(Fact.TenantUndecided.Why why, String detail) {
        undecided = why;
        note(new Fact.TenantUndecided(why, detail, "<tenant>." + house.configuration().domain()));
    }

    /// Starts the time that a client has for its CONNECT.
    ///
    /// @param late what is done when it has passed
    void startDeadline(Runnable late) {
        deadline = channel.eventLoop().schedule(late, house.configuration().connectTimeoutMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// CONNECT came in time.
    void stopDeadline() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    /// The client has its session.
    void opened() {
        phase = Phase.OPEN;
        house.ledger().opened(attempt);
    }

    /// Puts the end on the trail. Only the first call counts.
    void over(Ending ending, Fact.Ended.By by, Fact.Ended.How how, String detail) {
        if (over) {
            return;
        }
        over = true;
        stopDeadline();
        note(new Fact.Traffic(traffic.bytesIn, traffic.bytesOut, traffic.packetsIn, traffic.packetsOut,
                name(traffic.lastPacketIn), name(traffic.lastPacketOut)));
        house.ledger().ended(attempt, new Fact.Ended(ending, by, how, detail), house.clock().getAsLong());
    }

    /// Ends the connection from this side: what was written leaves first, then the socket is closed.
    void close(Ending ending, Fact.Ended.How how, String detail) {
        over(ending, Fact.Ended.By.SERVER, how, detail);
        closeAfter(null);
    }

    /// Ends the connection with a last answer below TLS and WebSocket.
    void closeWith(@Nullable ByteBuf answer, Ending ending, String detail) {
        over(ending, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE, detail);
        closeAfter(answer);
    }

    /// Flushes, says goodbye on each layer, and waits for the client to close: a socket that is closed while bytes from
    /// the client are unread is reset, and the client would lose the answer. No longer than [#FAREWELL_MILLIS].
    private void closeAfter(@Nullable ByteBuf answer) {
        ScheduledFuture<?> patience = channel.eventLoop().schedule(() -> {
            channel.close();
        }, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener((ChannelFutureListener) _ -> patience.cancel(false));
        channel.config().setAutoRead(true);
        channel.writeAndFlush(answer == null ? Unpooled.EMPTY_BUFFER : answer).addListener(written -> {
            if (written.isSuccess()) {
                closeOutput();
            } else {
                channel.close();
            }
        });
    }

    private void closeOutput() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutDownOutput();
        } else {
            tls.closeOutbound().addListener(_ -> shutDownOutput());
        }
    }

    private void shutDownOutput() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    /// Counts a packet in.
    void received(Packet packet) {
        traffic.packetsIn++;
        traffic.lastPacketIn = packet.getClass();
    }

    /// A packet's name as the specification writes it: `PUBLISH`.
    static @Nullable String name(@Nullable Class<? extends Packet> packet) {
        return packet == null ? null : packet.getSimpleName().toUpperCase(Locale.ROOT);
    }
}
