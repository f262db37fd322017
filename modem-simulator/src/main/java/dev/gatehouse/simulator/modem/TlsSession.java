package dev.gatehouse.simulator.modem;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;

/// One of the two sessions of [TlsSessions].
final class TlsSession implements DataMode.Pipe {
    private static final int SEND_MILLIS = 150_000;

    /// ```
    /// state   event                    next
    /// FREE    AT+CCHOPEN               OPENING
    /// OPENING connected, not connected OPEN, FREE
    /// OPEN    the other side closes    ENDED
    /// ENDED   AT+CCHOPEN               OPENING
    /// any     AT+CCHCLOSE, AT+CCHSTOP  FREE
    /// ```
    enum State {
        FREE,
        OPENING,
        OPEN,
        /// Closed by the other side; what is cached can still be read.
        ENDED
    }

    final int number;
    State state = State.FREE;
    /// How often it was opened.
    int opens;
    int context;
    String host = "";
    int port;
    int type;
    /// The user was told of what is cached, and has not read since.
    boolean notified;
    boolean sending;
    int sendMillis = SEND_MILLIS;
    final StringBuilder cache = new StringBuilder();
    @Nullable
    Conduit conduit;

    TlsSession(int number) {
        this.number = number;
        this.context = number;
    }

    void opening(String newHost, int newPort, int newType) {
        int kept = context;
        free();
        context = kept;
        opens++;
        state = State.OPENING;
        host = newHost;
        port = newPort;
        type = newType;
    }

    void free() {
        if (conduit != null) {
            conduit.close();
        }
        conduit = null;
        state = State.FREE;
        context = number;
        host = "";
        notified = false;
        sending = false;
        cache.setLength(0);
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public String take(int bytesMax) {
        int bytes = Math.min(bytesMax, cache.length());
        String taken = cache.substring(0, bytes);
        cache.delete(0, bytes);
        if (conduit != null && isOpen()) {
            conduit.consumed(bytes);
        }
        return taken;
    }

    @Override
    public int send(String octets) {
        Conduit to = conduit;
        if (to == null) {
            return octets.length();
        }
        int taken = Math.min(to.room(), octets.length());
        if (taken > 0) {
            to.send(octets.substring(0, taken));
        }
        return taken;
    }

    /// What the other side's TCP has not taken yet.
    int unsentBytes() {
        return conduit == null ? 0 : Math.max(0, Conduit.SEND_BYTES_MAX - conduit.room());
    }
}
