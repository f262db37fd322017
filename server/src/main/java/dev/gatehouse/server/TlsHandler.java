package dev.gatehouse.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.tls.EngineAlert;
import dev.gatehouse.tls.RecordTap;
import dev.gatehouse.tls.ResumptionTap;
import dev.gatehouse.tls.TlsAlert;

/// Behind the TLS engine: waits for the end of the handshake and says how it went.
///
/// What the engine reports of a failure is not always what happened; a [Tap] in front of it reads alerts from the wire.
///
/// - **Thread:** the channel's event loop.
final class TlsHandler extends ChannelInboundHandlerAdapter implements OnWire {
    private static final int TLS_1_2 = 0x0303;
    /// How the JDK's engine begins a message about a handshake that it gave up: with the alert that it is going to send.
    private static final Pattern ALERT_TO_SEND = Pattern.compile("^\\(([a-z_]+)\\)");

    private final Wire wire;
    private final Offer offer;
    private final Tap tap;
    private boolean alertReceived;
    private @Nullable TlsAlert alertSent;

    private TlsHandler(Wire wire, Offer offer, Tap tap) {
        this.wire = wire;
        this.offer = offer;
        this.tap = tap;
    }

    @Override
    public Wire wire() {
        return wire;
    }

    /// What the ClientHello offered, as far as a failure is explained by it.
    ///
    /// @param highestVersion for example 0x0303
    record Offer(int highestVersion) {}

    /// Adds tap, engine and this handler to the end of the pipeline.
    static void install(ChannelPipeline pipeline, Wire wire, SslContext context, Offer offer) {
        Tap tap = new Tap(wire);
        SslHandler engine = context.newHandler(wire.channel().alloc());
        // The time for CONNECT limits the handshake too, and knows more about what was reached.
        engine.setHandshakeTimeoutMillis(0);
        engine.setCloseNotifyFlushTimeoutMillis(1_000);
        pipeline.addLast("tap", tap);
        pipeline.addLast("tls", engine);
        pipeline.addLast("handshake", new TlsHandler(wire, offer, tap));
    }

    /// Reads both directions of the handshake in front of the engine.
    private static final class Tap extends ChannelDuplexHandler {
        private final Wire wire;
        private final RecordTap in = new RecordTap();
        private final RecordTap out = new RecordTap();
        private final ResumptionTap resumption = new ResumptionTap();

        Tap(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                wire.traffic().bytesIn += bytes.readableBytes();
                in.see(bytes);
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof ByteBuf bytes) {
                wire.traffic().bytesOut += bytes.readableBytes();
                out.see(bytes);
                resumption.see(bytes);
            }
            ctx.write(message, promise);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            Throwable failure = handshake.cause();
            if (failure == null) {
                established(ctx);
            } else {
                failed(ctx, failure);
            }
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    private void established(ChannelHandlerContext ctx) {
        SSLSession session = ctx.pipeline().get(SslHandler.class).engine().getSession();
        wire.note(new Fact.TlsEstablished(version(session.getProtocol()), session.getCipherSuite(),
                tap.resumption.isResumed()));
        wire.phase(Phase.BEFORE_CONNECT);
        // From here on all records are encrypted: there is nothing left to read from outside.
        wire.traffic().bytesIn = 0;
        wire.traffic().bytesOut = 0;
        ctx.pipeline().remove(tap);
        if (wire.listener().protocol().isWebSocket()) {
            wire.phase(Phase.HTTP);
            WebSocketHandler.install(ctx.pipeline(), wire);
        } else {
            ctx.pipeline().addLast("mqtt", new MqttHandler(wire));
        }
        ctx.pipeline().remove(this);
    }

    private static String version(String protocol) {
        return switch (protocol) {
            case "TLSv1.3" -> "TLS 1.3";
            case "TLSv1.2" -> "TLS 1.2";
            default -> protocol;
        };
    }

    private void failed(ChannelHandlerContext ctx, Throwable failure) {
        noteAlerts(failure);
        boolean received = alertReceived;
        if (failure instanceof ClosedChannelException && !received) {
            // The client went away; channelInactive says so.
            return;
        }
        if (received) {
            wire.over(Ending.ALERT_RECEIVED, Fact.Ended.By.CLIENT, Fact.Ended.How.SERVER_CLOSE, "");
        } else {
            String what = described(failure);
            wire.note(new Fact.TlsFailed(what));
            wire.over(failureOf(failure), Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE, what);
        }
        // The engine has written its own alert by now; the socket closes when that is gone.
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ctx.close());
    }

    private void noteAlerts(@Nullable Throwable failure) {
        switch (tap.in.alert()) {
            case RecordTap.Alert.Plain plain when plain.number() != 0 -> {
                alertReceived = true;
                TlsAlert alert = plain.alert();
                wire.note(new Fact.AlertReceived(plain.level(), plain.number(), alert == null ? "" : alert.ianaName(),
                        false));
            }
            case RecordTap.Alert.Plain _ -> {
            }
            case RecordTap.Alert.Encrypted _ -> noteEncrypted(failure, true);
            case null -> noteEncrypted(failure, false);
        }
        TlsAlert sent = tap.out.alert() instanceof RecordTap.Alert.Plain plain
                ? plain.alert()
                : failure == null || alertReceived ? null : alertToSend(failure);
        if (sent != null && sent != TlsAlert.CLOSE_NOTIFY) {
            alertSent = sent;
            wire.note(new Fact.AlertSent(sent.number(), sent.ianaName()));
        }
    }

    /// Only the engine could read it: what it was stands in its message.
    private void noteEncrypted(@Nullable Throwable failure, boolean seen) {
        TlsAlert alert = failure == null ? null : EngineAlert.received(failure);
        if (alert != null && alert != TlsAlert.CLOSE_NOTIFY) {
            alertReceived = true;
            wire.note(new Fact.AlertReceived(2, alert.number(), alert.ianaName(), true));
        } else if (seen) {
            alertReceived = true;
            wire.note(new Fact.AlertReceived(0, -1, "", true));
        }
    }

    private static @Nullable TlsAlert alertToSend(Throwable failure) {
        Matcher matcher = ALERT_TO_SEND.matcher(described(failure));
        if (matcher.find()) {
            for (TlsAlert alert : TlsAlert.values()) {
                if (alert.ianaName().equals(matcher.group(1))) {
                    return alert;
                }
            }
        }
        return null;
    }

    private Ending failureOf(Throwable failure) {
        if (wire.undecided() == Fact.TenantUndecided.Why.INVALID_SERVER_NAME) {
            return Ending.INVALID_SERVER_NAME;
        }
        if (offer.highestVersion() < TLS_1_2 || alertSent == TlsAlert.PROTOCOL_VERSION) {
            return Ending.TLS_VERSION_TOO_OLD;
        }
        return switch (alertSent) {
            case HANDSHAKE_FAILURE, INSUFFICIENT_SECURITY -> Ending.TLS_NO_COMMON_CIPHER;
            case NO_APPLICATION_PROTOCOL -> Ending.TLS_NO_COMMON_ALPN;
            case null, default -> malformed(failure) ? Ending.TLS_MALFORMED : Ending.TLS_ENGINE_FAILED;
        };
    }

    private boolean malformed(Throwable failure) {
        return failure instanceof NotSslRecordException || tap.in.isLost();
    }

    /// In our words where the engine's would quote undecoded bytes.
    private static String described(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof NotSslRecordException
                ? "bytes that are no TLS record"
                : String.valueOf(root.getMessage());
    }

    /// The client left during the handshake: an alert that came last says why.
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        left(Fact.Ended.By.CLIENT, Fact.Ended.How.FIN);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException && !(cause instanceof SSLException)) {
            left(Fact.Ended.By.NETWORK, Fact.Ended.How.RESET);
            ctx.close();
        } else if (!(cause instanceof DecoderException) && !(cause instanceof SSLException)) {
            Failures.ended(wire, cause);
            ctx.close();
        }
        // What is left repeats what the handshake's failure, which is on its way, says better.
    }

    private void left(Fact.Ended.By by, Fact.Ended.How how) {
        if (wire.isOver()) {
            return;
        }
        noteAlerts(null);
        boolean only = tap.in.records(RecordTap.ContentType.HANDSHAKE) <= 1;
        Ending silent = only ? Ending.CLOSED_AFTER_HELLO : Ending.CLOSED_DURING_HANDSHAKE;
        wire.over(alertReceived ? Ending.ALERT_RECEIVED : silent, by, how, "");
    }
}
