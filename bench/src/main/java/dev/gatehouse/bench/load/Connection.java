package dev.gatehouse.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.mqtt.Version;

/// One client of the broker, from the first SYN on. What it sends is collected and leaves with the engine's next turn.
///
/// state        event              next
/// CONNECTING   TCP is connected   SECURING with TLS, else GREETING
/// SECURING     handshake is done  GREETING
/// GREETING     CONNACK            what [#welcome] says: SUBSCRIBING or READY
/// SUBSCRIBING  SUBACK             READY
abstract sealed class Connection implements Frames.Sink permits Sender, Receiver, Guest {
    enum State {
        CONNECTING, SECURING, GREETING, SUBSCRIBING, READY, CLOSED
    }

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int REFUSED = 0x80;

    private final Engine engine;
    private final Endpoint endpoint;
    private final Version version;
    private final String name;
    private State state = State.CONNECTING;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable TlsLayer tls;
    private @Nullable ByteBuffer out;
    private int outFrom;
    private boolean dirty;
    private @Nullable ByteBuffer rest;
    private int receiveMaximum = 65_535;

    Connection(Engine engine, Endpoint endpoint, Version version, String name) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.version = version;
        this.name = name;
    }

    /// CONNECT as bytes.
    abstract byte[] greeting();

    /// CONNACK has come: subscribe, or be ready.
    ///
    /// @param sessionPresent as CONNACK says
    /// @return whether there is nothing more to wait for
    abstract boolean welcome(boolean sessionPresent) throws BenchFault;

    /// The state has become [State#READY].
    void readied() throws BenchFault {}

    /// A packet that is not part of becoming ready.
    abstract void work(int first, ByteBuffer in, int from, int to) throws BenchFault;

    boolean wantsResumption() {
        return false;
    }

    final void opened(SocketChannel socket, SelectionKey registered) {
        channel = socket;
        key = registered;
        state = State.CONNECTING;
    }

    final void connected() throws IOException, BenchFault {
        SocketChannel socket = channel();
        if (socket.finishConnect()) {
            key().interestOps(SelectionKey.OP_READ);
            if (endpoint.serverName() == null) {
                greet();
            } else {
                tls = new TlsLayer(TlsClients.engine(endpoint, wantsResumption()), engine.ciphertext());
                state = State.SECURING;
                tls.handshake(socket);
            }
        }
    }

    private void greet() {
        state = State.GREETING;
        send(greeting());
    }

    /// @return bytes of packets that were read
    final int read() throws IOException, BenchFault {
        ByteBuffer in = engine.in().clear();
        if (rest != null) {
            in.put(rest);
            rest = null;
        }
        boolean open = true;
        if (tls == null) {
            open = channel().read(in.limit(in.capacity() / 2)) >= 0;
        } else {
            open = tls.read(channel(), in);
            if (state == State.SECURING && tls.handshake(channel())) {
                greet();
            }
        }
        int end = in.position();
        int at = Frames.read(in, 0, end, this);
        if (state == State.CLOSED) {
            return end;
        }
        if (at < end) {
            rest = ByteBuffer.allocate(end - at).put(in.limit(end).position(at)).flip();
        }
        if (!open) {
            throw new BenchFault("the broker closed the connection of " + name + " (" + standing() + ")");
        }
        return end;
    }

    /// Whether its TLS handshake resumed an earlier session.
    final boolean isResumed() {
        return tls != null && tls.isResumed();
    }

    @Override
    public final void packet(int first, ByteBuffer in, int from, int to) throws BenchFault {
        switch (state) {
            case READY -> work(first, in, from, to);
            case GREETING -> connack(first, in, from, to);
            case SUBSCRIBING -> suback(first, in, to);
            case CONNECTING, SECURING, CLOSED -> {
            }
        }
    }

    private void connack(int first, ByteBuffer in, int from, int to) throws BenchFault {
        if (first != 0x20 || to - from < 2) {
            throw new BenchFault("CONNECT of " + name + " was answered with packet type " + (first >> 4));
        }
        int reason = in.get(from + 1) & 0xff;
        if (reason != 0) {
            throw new BenchFault("CONNECT of " + name + " was refused with code " + reason);
        }
        if (version.hasProperties() && to - from > 2) {
            properties(in, from + 2, to);
        }
        if (welcome(in.get(from) == 1)) {
            ready();
        } else {
            state = State.SUBSCRIBING;
        }
    }

    private void ready() throws BenchFault {
        state = State.READY;
        readied();
    }

    /// Looks for the one property that this generator has to obey.
    private void properties(ByteBuffer in, int from, int to) throws BenchFault {
        int bytes = Frames.lengthBytes(in, from, to);
        int at = from + bytes;
        while (at < to) {
            int id = in.get(at++) & 0xff;
            switch (id) {
                case RECEIVE_MAXIMUM -> {
                    receiveMaximum = in.getShort(at) & 0xffff;
                    at += 2;
                }
                case 0x24, 0x25, 0x28, 0x29, 0x2a -> at += 1;
                case 0x22, 0x13 -> at += 2;
                case 0x11, 0x27 -> at += 4;
                case 0x26 -> {
                    at += 2 + (in.getShort(at) & 0xffff);
                    at += 2 + (in.getShort(at) & 0xffff);
                }
                default -> at += 2 + (in.getShort(at) & 0xffff); // strings and binary data
            }
        }
    }

    private void suback(int first, ByteBuffer in, int to) throws BenchFault {
        if (first != 0x90) {
            return; // a retained message may come before it
        }
        int reason = in.get(to - 1) & 0xff;
        if (reason >= REFUSED) {
            throw new BenchFault("SUBSCRIBE of " + name + " was refused with code " + reason);
        }
        granted(reason);
        ready();
    }

    /// The QoS that SUBACK grants.
    void granted(int qos) throws BenchFault {}

    /// Room at the end of what leaves next, at [ByteBuffer#position()].
    final ByteBuffer reserve(int bytes) {
        if (!dirty) {
            dirty = true;
            engine.hasOutput(this);
        }
        ByteBuffer buffer = out;
        if (buffer == null) {
            buffer = engine.buffer(bytes);
            out = buffer;
            outFrom = 0;
        } else if (buffer.capacity() - buffer.position() < bytes) {
            buffer = larger(buffer, bytes);
        }
        return buffer;
    }

    private ByteBuffer larger(ByteBuffer buffer, int bytes) {
        int waiting = buffer.position() - outFrom;
        ByteBuffer source = buffer.duplicate().limit(buffer.position()).position(outFrom);
        ByteBuffer target = waiting + bytes <= buffer.capacity() / 2
                ? buffer.duplicate().clear()
                : engine.buffer(Math.max(waiting + bytes, 2 * buffer.capacity()));
        target.put(source);
        out = target;
        outFrom = 0;
        return target;
    }

    final void send(byte[] packet) {
        reserve(packet.length).put(packet);
    }

    final void flush() throws IOException {
        dirty = false;
        ByteBuffer buffer = out;
        if (buffer == null || state == State.CLOSED) {
            return;
        }
        int end = buffer.position();
        buffer.limit(end).position(outFrom);
        boolean all = true;
        if (tls == null) {
            channel().write(buffer);
        } else {
            all = tls.write(channel(), buffer);
        }
        all &= !buffer.hasRemaining();
        outFrom = buffer.position();
        buffer.limit(buffer.capacity()).position(end);
        if (outFrom == end) {
            buffer.clear();
            outFrom = 0;
            if (all && engine.give(buffer)) {
                out = null;
            }
        }
        interest(all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void interest(int operations) {
        SelectionKey registered = key();
        if (registered.interestOps() != operations) {
            registered.interestOps(operations);
        }
    }

    /// Says good-bye and closes.
    final void leave() throws BenchFault {
        try {
            send(Packets.disconnect());
            flush();
            close();
        } catch (IOException e) {
            throw new BenchFault("the connection of " + name() + " broke: " + e.getMessage(), e);
        }
    }

    /// Closes without a word.
    final void discard() throws BenchFault {
        try {
            close();
        } catch (IOException e) {
            throw new BenchFault("cannot close a socket: " + e.getMessage(), e);
        }
    }

    final void close() throws IOException {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            if (tls != null) {
                tls.close();
                tls = null;
            }
            if (channel != null) {
                channel.close();
            }
        }
    }

    final Endpoint endpoint() {
        return endpoint;
    }

    final Version version() {
        return version;
    }

    final String name() {
        return name;
    }

    final boolean isReady() {
        return state == State.READY;
    }

    /// How many QoS 1 and 2 messages the broker takes before it answers.
    final int receiveMaximum() {
        return receiveMaximum;
    }

    /// Where this client stands, for a person.
    final String standing() {
        return name + " is " + switch (state) {
            case CONNECTING -> "waiting for TCP to connect";
            case SECURING -> "in its TLS handshake";
            case GREETING -> "waiting for CONNACK";
            case SUBSCRIBING -> "waiting for SUBACK";
            case READY -> "at work";
            case CLOSED -> "closed";
        };
    }

    private SocketChannel channel() {
        if (channel == null) {
            throw new IllegalStateException("not opened: " + name);
        }
        return channel;
    }

    private SelectionKey key() {
        if (key == null) {
            throw new IllegalStateException("not opened: " + name);
        }
        return key;
    }
}
