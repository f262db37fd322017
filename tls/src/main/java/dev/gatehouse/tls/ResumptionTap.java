package dev.gatehouse.tls;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/// Tells from a server's first handshake messages whether it resumed a session: engines keep that to themselves.
///
/// In TLS 1.3 a server that resumes chooses a pre-shared key in its ServerHello; before, it goes on without sending its
/// certificate.
///
/// - **Thread:** the connection's event loop.
/// - **Buffers:** borrows, changes no index; keeps a copy of the first bytes until it knows.
/// - **Errors:** never throws. What is no handshake, or not understood within [#BYTES_MAX] bytes, resumes nothing.
/// - **Source:** RFC 8446 §2.2, §4.1.3, §4.2.11; RFC 5246 §7.3; RFC 5077 §3.1.
public final class ResumptionTap {
    /// How much is read for the answer. A ServerHello with a post-quantum key share has 1,200 bytes.
    public static final int BYTES_MAX = 4_096;

    private static final int RECORD_HEADER_BYTES = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int NEW_SESSION_TICKET = 4;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int PRE_SHARED_KEY = 41;
    /// How the random of a ServerHello begins that asks for another ClientHello.
    private static final int RETRY_RANDOM_BEGIN = 0xCF21;
    private static final int RETRY_RANDOM_NEXT = 0xAD74;
    private static final byte[] NOTHING = {};

    private byte[] first = NOTHING;
    private State state = State.UNDECIDED;

    private enum State {
        UNDECIDED, FULL, RESUMED
    }

    private enum ServerHello {
        RESUMES, TLS_1_3, BEFORE_TLS_1_3, ASKS_AGAIN
    }

    /// Looks at the readable bytes of `in`, which follow those of the call before and come from the server.
    public void see(ByteBuf in) {
        if (state != State.UNDECIDED) {
            return;
        }
        int had = first.length;
        int more = Math.min(in.readableBytes(), BYTES_MAX - had);
        first = Arrays.copyOf(first, had + more);
        in.getBytes(in.readerIndex(), first, had, more);
        state = read();
        if (state == State.UNDECIDED && first.length == BYTES_MAX) {
            state = State.FULL;
        }
        if (state != State.UNDECIDED) {
            first = NOTHING;
        }
    }

    /// Whether the handshake resumes an earlier session; false while that is not yet known.
    public boolean isResumed() {
        return state == State.RESUMED;
    }

    /// Walks over the messages of the records from the start.
    private State read() {
        Cursor records = new Cursor(first, 0, first.length);
        boolean before13 = false;
        while (records.remaining() >= RECORD_HEADER_BYTES) {
            int type = records.u8();
            records.skip(2);
            Cursor messages = records.vector16();
            if (type == CHANGE_CIPHER_SPEC && before13) {
                return State.RESUMED;
            }
            if (records.failed()) {
                return State.UNDECIDED;
            }
            if (type == CHANGE_CIPHER_SPEC) {
                continue; // for middleboxes, behind a request for another ClientHello
            }
            if (type != HANDSHAKE) {
                return State.FULL;
            }
            while (messages.hasMore()) {
                int message = messages.u8();
                messages.skip(1);
                Cursor body = messages.vector16();
                if (before13) {
                    return message == NEW_SESSION_TICKET ? State.RESUMED : State.FULL;
                }
                if (message != SERVER_HELLO || messages.failed()) {
                    return State.FULL;
                }
                switch (hello(body)) {
                    case RESUMES -> {
                        return State.RESUMED;
                    }
                    case TLS_1_3 -> {
                        return State.FULL;
                    }
                    case BEFORE_TLS_1_3 -> before13 = true;
                    case ASKS_AGAIN -> {
                        // The ServerHello that counts follows.
                    }
                }
            }
        }
        return State.UNDECIDED;
    }

    private static ServerHello hello(Cursor body) {
        body.skip(2);
        boolean asksAgain = body.u16() == RETRY_RANDOM_BEGIN;
        asksAgain &= body.u16() == RETRY_RANDOM_NEXT;
        body.skip(28);
        body.vector8();
        body.skip(3);
        boolean is13 = false;
        boolean preShared = false;
        for (Cursor extensions = body.vector16(); extensions.hasMore(); extensions.vector16()) {
            int id = extensions.u16();
            is13 |= id == SUPPORTED_VERSIONS;
            preShared |= id == PRE_SHARED_KEY;
        }
        if (asksAgain) {
            return ServerHello.ASKS_AGAIN;
        }
        if (preShared) {
            return ServerHello.RESUMES;
        }
        return is13 ? ServerHello.TLS_1_3 : ServerHello.BEFORE_TLS_1_3;
    }
}
