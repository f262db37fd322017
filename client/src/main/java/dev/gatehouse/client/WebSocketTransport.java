package dev.gatehouse.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Binary frames of a WebSocket as a stream of bytes, the client's side. Answers pings and closes on its own.
///
/// - **Threads:** one reads; any may write.
/// - **Errors:** [ProtocolException] for frames that RFC 6455 or MQTT over WebSocket forbids; a close frame with a
///   status other than 1000 becomes one too, an orderly one the end of the stream.
/// - **Source:** RFC 6455 §5; MQTT 5 §6.
final class WebSocketTransport implements Transport {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL_BYTES_MAX = 125;

    private final Transport below;
    private final RandomGenerator random;
    private final ReentrantLock writing = new ReentrantLock();
    private final InputStream in = new Frames();
    private final OutputStream out = new Binary();

    /// Bytes of the current frame that were not read yet.
    private long left;
    private boolean atEnd;
    /// The header of a frame that a timeout cut off is kept, so that reading can go on.
    private final byte[] header = new byte[10];
    private int headerBytes;

    WebSocketTransport(Transport below, RandomGenerator random) {
        this.below = below;
        this.random = random;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void readMillis(int millis) throws IOException {
        below.readMillis(millis);
    }

    @Override
    public void close() throws IOException {
        below.close();
    }

    private final class Frames extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (left == 0) {
                if (atEnd || !nextFrame()) {
                    return -1;
                }
            }
            int count = below.in().read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the connection ended in the middle of a WebSocket frame");
            }
            left -= count;
            return count;
        }
    }

    /// Reads a header and, of a control frame, everything.
    ///
    /// @return false at the end
    private boolean nextFrame() throws IOException {
        if (!readHeader()) {
            return false;
        }
        int opcode = header[0] & 0x0F;
        long length = length();
        headerBytes = 0;
        if ((header[0] & 0x70) != 0) {
            throw new ProtocolException("a WebSocket frame has reserved bits set");
        }
        if ((header[1] & 0x80) != 0) {
            throw new ProtocolException("the server masks its WebSocket frames");
        }
        switch (opcode) {
            case BINARY, CONTINUATION -> left = length;
            case TEXT -> throw new ProtocolException("the server sends text frames, MQTT goes in binary ones");
            case CLOSE, PING, PONG -> control(opcode, length);
            default -> throw new ProtocolException("a WebSocket frame has the unknown opcode " + opcode);
        }
        return !atEnd;
    }

    private boolean readHeader() throws IOException {
        while (headerBytes < 2 || headerBytes < headerLength()) {
            int count = below.in().read(header, headerBytes, (headerBytes < 2 ? 2 : headerLength()) - headerBytes);
            if (count < 0) {
                atEnd = true;
                return false;
            }
            headerBytes += count;
        }
        return true;
    }

    private int headerLength() {
        return switch (header[1] & 0x7F) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    private long length() throws ProtocolException {
        int small = header[1] & 0x7F;
        if (small < 126) {
            return small;
        }
        long length = 0;
        for (int i = 2; i < headerLength(); i++) {
            length = length << 8 | header[i] & 0xff;
        }
        if (length < 0) {
            throw new ProtocolException("a WebSocket frame is longer than 2^63 bytes");
        }
        return length;
    }

    private void control(int opcode, long length) throws IOException {
        if (length > CONTROL_BYTES_MAX) {
            throw new ProtocolException("a WebSocket control frame has " + length + " bytes, at most 125 are allowed");
        }
        byte[] payload = below.in().readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the connection ended in the middle of a WebSocket frame");
        }
        if (opcode == PING) {
            frame(PONG, payload, 0, payload.length);
        } else if (opcode == CLOSE) {
            atEnd = true;
            int status = payload.length < 2 ? 1000 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
            if (status != 1000 && status != 1001) {
                String why = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                throw new ProtocolException("the server closed the WebSocket with status " + status
                        + (why.isEmpty() ? "" : ", \"" + why + "\""));
            }
        }
    }

    private final class Binary extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[]{(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            frame(BINARY, from, offset, length);
        }

        @Override
        public void flush() throws IOException {
            below.out().flush();
        }
    }

    private void frame(int opcode, byte[] from, int offset, int length) throws IOException {
        int lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        byte[] frame = new byte[2 + lengthBytes + 4 + length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | (lengthBytes == 0 ? length : lengthBytes == 2 ? 126 : 127));
        for (int i = 0; i < lengthBytes; i++) {
            frame[2 + i] = (byte) ((long) length >>> 8 * (lengthBytes - 1 - i));
        }
        int mask = random.nextInt();
        int at = 2 + lengthBytes;
        for (int i = 0; i < 4; i++) {
            frame[at + i] = (byte) (mask >>> 8 * (3 - i));
        }
        for (int i = 0; i < length; i++) {
            frame[at + 4 + i] = (byte) (from[offset + i] ^ frame[at + i % 4]);
        }
        writing.lock();
        try {
            below.out().write(frame);
            below.out().flush();
        } finally {
            writing.unlock();
        }
    }
}
