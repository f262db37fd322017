package dev.gatehouse.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.tls.ResumptionTap;

/// TLS of one connection: what is read and written passes through an engine.
final class TlsLayer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Ciphertext shared;
    private final ResumptionTap resumption = new ResumptionTap();
    private boolean secured;
    private @Nullable ByteBuffer unread;
    private @Nullable ByteBuffer unsent;

    TlsLayer(SSLEngine engine, Ciphertext shared) throws IOException {
        this.engine = engine;
        this.shared = shared;
        engine.setUseClientMode(true);
        engine.beginHandshake();
    }

    /// Whether the handshake resumed an earlier session.
    boolean isResumed() {
        return resumption.isResumed();
    }

    /// Goes on with the handshake as far as it goes without more input.
    ///
    /// @return whether it is done
    boolean handshake(SocketChannel channel) throws IOException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_WRAP -> {
                    ByteBuffer out = shared.out();
                    engine.wrap(NOTHING.duplicate(), out);
                    send(channel, out.flip());
                }
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    return false;
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    secured = true;
                    return true;
                }
            }
        }
    }

    /// Reads what has come and appends what it says to `plain`.
    ///
    /// @return whether the other side may send more
    boolean read(SocketChannel channel, ByteBuffer plain) throws IOException {
        ByteBuffer in = shared.in();
        if (unread != null) {
            in.put(unread);
            unread = null;
        }
        int had = in.position();
        boolean open = channel.read(in) >= 0;
        in.flip();
        if (!secured) {
            resumption.see(Unpooled.wrappedBuffer(in.duplicate().position(had)));
        }
        while (in.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(in, plain);
            secured |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                return false;
            }
            if (result.getStatus() != SSLEngineResult.Status.OK) {
                break;
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                    || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                handshake(channel);
            }
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                break;
            }
        }
        if (in.hasRemaining()) {
            unread = ByteBuffer.allocate(in.remaining()).put(in).flip();
        }
        return open;
    }

    /// Encrypts and writes as much as the socket takes; the rest stays in `plain`.
    ///
    /// @return whether all that was encrypted has left
    boolean write(SocketChannel channel, ByteBuffer plain) throws IOException {
        if (unsent != null) {
            channel.write(unsent);
            if (unsent.hasRemaining()) {
                return false;
            }
            unsent = null;
        }
        while (plain.hasRemaining()) {
            ByteBuffer out = shared.out();
            while (plain.hasRemaining() && out.remaining() >= Ciphertext.RECORD_BYTES) {
                engine.wrap(plain, out);
            }
            send(channel, out.flip());
            if (unsent != null) {
                return false;
            }
        }
        return true;
    }

    private void send(SocketChannel channel, ByteBuffer out) throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            ByteBuffer rest = ByteBuffer.allocate((unsent == null ? 0 : unsent.remaining()) + out.remaining());
            if (unsent != null) {
                rest.put(unsent);
            }
            unsent = rest.put(out).flip();
        }
    }

    void close() {
        ReferenceCountUtil.release(engine);
    }
}
