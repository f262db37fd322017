package dev.gatehouse.simulator.modem;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;

/// One of the ten links.
final class Link implements DataMode.Pipe {
    /// The receive window that `AT+CSOC?` tells.
    static final int BUFFER_BYTES = 64_240;
    static final int NO_SERVER = -1;

    /// ```
    /// state   event                     next
    /// FREE    AT+CIPOPEN, a client      OPENING, OPEN
    /// OPENING connected, not connected  OPEN, FREE
    /// OPEN    the other side closes     ENDED
    /// ENDED   AT+CIPOPEN                OPENING
    /// any     AT+CIPCLOSE, network lost FREE
    /// ```
    enum State {
        FREE,
        OPENING,
        OPEN,
        /// Closed by the other side; what is in the buffer can still be read.
        ENDED
    }

    final int number;
    State state = State.FREE;
    boolean udp;
    /// How often it was opened.
    int opens;
    /// What a user would see as the other side.
    String address = "";
    int port;
    int server = NO_SERVER;
    @Nullable
    Conduit conduit;
    final StringBuilder buffer = new StringBuilder();
    /// `+CIPRXGET: 1` was said, and the buffer has not been empty since.
    boolean notified;
    boolean sending;
    /// Nothing passes, and nobody is told.
    boolean deaf;
    long sentBytes;
    long receivedBytes;

    Link(int number) {
        this.number = number;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    void opening(Conduit to) {
        free();
        opens++;
        state = State.OPENING;
        conduit = to;
        sentBytes = 0;
        receivedBytes = 0;
    }

    /// Everything about it is gone, unread bytes too.
    void free() {
        if (conduit != null) {
            conduit.close();
        }
        conduit = null;
        state = State.FREE;
        buffer.setLength(0);
        notified = false;
        sending = false;
        deaf = false;
        server = NO_SERVER;
        udp = false;
        address = "";
        port = 0;
    }

    /// @return at most that many bytes, which are gone from the buffer
    @Override
    public String take(int bytesMax) {
        int bytes = Math.min(bytesMax, buffer.length());
        String taken = buffer.substring(0, bytes);
        buffer.delete(0, bytes);
        if (buffer.isEmpty()) {
            notified = false;
        }
        if (conduit != null && state == State.OPEN) {
            conduit.consumed(bytes);
        }
        return taken;
    }

    @Override
    public int send(String octets) {
        Conduit to = conduit;
        if (to == null || deaf) {
            return octets.length();
        }
        int taken = Math.min(to.room(), octets.length());
        if (taken > 0) {
            to.send(octets.substring(0, taken));
            sentBytes += taken;
        }
        return taken;
    }
}
