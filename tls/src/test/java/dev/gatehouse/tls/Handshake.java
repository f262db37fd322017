package dev.gatehouse.tls;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/// Two TLS engines that talk to each other in memory, with a tap on each direction.
final class Handshake {
    final RecordTap fromClient = new RecordTap();
    final RecordTap fromServer = new RecordTap();
    /// Sees the server's bytes one at a time.
    final ResumptionTap resumption = new ResumptionTap();
    final ByteBuf clientBytes = Unpooled.buffer();
    final List<Throwable> serverErrors = new ArrayList<>();
    final List<Throwable> clientErrors = new ArrayList<>();
    final SslHandler serverTls;
    final SslHandler clientTls;
    private final EmbeddedChannel server;
    private final EmbeddedChannel client;

    /// Runs it to its end, good or bad.
    Handshake(SslContext serverContext, SslContext clientContext, @Nullable String host) {
        serverTls = serverContext.newHandler(UnpooledByteBufAllocator.DEFAULT);
        clientTls = host == null
                ? clientContext.newHandler(UnpooledByteBufAllocator.DEFAULT)
                : clientContext.newHandler(UnpooledByteBufAllocator.DEFAULT, host, 8883);
        server = new EmbeddedChannel(serverTls, new Errors(serverErrors));
        client = new EmbeddedChannel(clientTls, new Errors(clientErrors));
        exchange();
    }

    boolean succeeded() {
        return serverTls.handshakeFuture().isSuccess() && clientTls.handshakeFuture().isSuccess();
    }

    String version() {
        return serverTls.engine().getSession().getProtocol();
    }

    String suite() {
        return serverTls.engine().getSession().getCipherSuite();
    }

    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    /// Sends one byte from server to client. BoringSSL sends its TLS 1.3 tickets with the first bytes that it writes.
    void greet() {
        server.writeOutbound(Unpooled.wrappedBuffer(new byte[]{1}));
        exchange();
    }

    private static void deliver(EmbeddedChannel channel, ByteBuf bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(bytes);
        } else {
            bytes.release();
        }
    }

    private void exchange() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
                fromClient.see(out);
                clientBytes.writeBytes(out, out.readerIndex(), out.readableBytes());
                deliver(server, out);
                moved = true;
            }
            for (ByteBuf out = server.readOutbound(); out != null; out = server.readOutbound()) {
                fromServer.see(out);
                for (int at = out.readerIndex(); at < out.writerIndex(); at++) {
                    resumption.see(out.slice(at, 1));
                }
                deliver(client, out);
                moved = true;
            }
            server.runPendingTasks();
            client.runPendingTasks();
        }
    }

    private static final class Errors extends ChannelInboundHandlerAdapter {
        private final List<Throwable> errors;

        Errors(List<Throwable> errors) {
            this.errors = errors;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            errors.add(cause);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion && !completion.isSuccess()) {
                errors.add(completion.cause());
            }
        }
    }
}
