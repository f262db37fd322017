package dev.gatehouse.modem;

import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// One connection through the modem, as seen from the computer.
///
/// ```
/// state     event                          next      what is done
/// OPENING   the modem connected            OPEN
/// OPENING   it did not, or close()         CLOSING
/// OPEN      the peer closed                DRAINING  fetch until the modem has nothing left
/// OPEN      failure                        CLOSING   readers get what came before, then the failure
/// DRAINING  nothing left                   CLOSING   readers get what came before, then the end
/// any       close()                        CLOSING   readers and writers get a SocketException
/// CLOSING   the modem closed, or refused   CLOSED    the number is free
/// ```
///
/// Received bytes are fetched before the end is told: a modem throws away what is unread when it is told to close.
abstract class Link {
    /// What is kept for a reader that is slow; then nothing more is fetched and the peer is held up.
    static final int INBOX_BYTES_MAX = 64 * 1024;
    /// With [Receive#PUSH] nothing holds the peer up.
    static final int PUSHED_BYTES_MAX = 1024 * 1024;

    enum State {
        OPENING, OPEN, DRAINING, CLOSING, CLOSED
    }

    final int number;
    final Inbox inbox;
    private final Runnable wakePump;
    /// Orders writers; held while a piece is under way.
    private final ReentrantLock sending = new ReentrantLock(true);

    // Guarded by this object's monitor.
    private State state = State.OPENING;
    private boolean announced;
    private @Nullable IOException ending;
    private @Nullable Awaited opening;
    private boolean hangingUp;
    private long lastWordNanos = System.nanoTime();

    Link(int number, int inboxBytesMax, Runnable wakePump) {
        this.number = number;
        this.inbox = new Inbox(inboxBytesMax, wakePump);
        this.wakePump = wakePump;
    }

    /// Fetches once what the modem has, by the pump.
    ///
    /// @throws ModemException when the modem could not be asked
    abstract void fetch() throws ModemException;

    /// Sends one piece of at most [#pieceBytesMax] bytes and waits until the modem has taken it.
    abstract void sendPiece(byte[] piece) throws IOException;

    abstract int pieceBytesMax();

    /// Tells the modem to close, by the pump; afterwards the number can be used again.
    abstract void hangUp() throws ModemException;

    // ---- what the reader of the line hears ----

    synchronized void announced() {
        announced = true;
        lastWordNanos = System.nanoTime();
        wakePump.run();
    }

    /// @param why null when the peer closed in an orderly way
    synchronized void peerClosed(@Nullable IOException why) {
        if (state == State.OPENING || state == State.OPEN) {
            // Draining before the opening thread knows that it was opened does no harm.
            state = State.DRAINING;
            ending = why;
            announced = true;
            wakePump.run();
        }
    }

    // ---- what the pump and the opening thread say ----

    synchronized void opened() {
        if (state == State.OPENING) {
            state = State.OPEN;
            lastWordNanos = System.nanoTime();
            wakePump.run();
        }
    }

    /// Ends the connection at once: what was received already can still be read, then `why` is thrown.
    void fail(IOException why) {
        synchronized (this) {
            if (state == State.CLOSING || state == State.CLOSED) {
                return;
            }
            state = State.CLOSING;
        }
        inbox.end(why);
        wakePump.run();
    }

    /// Everything that the modem had is fetched.
    void drained() {
        IOException why;
        synchronized (this) {
            if (state != State.DRAINING) {
                return;
            }
            state = State.CLOSING;
            why = ending;
        }
        inbox.end(why);
        wakePump.run();
    }

    void closed() {
        synchronized (this) {
            state = State.CLOSED;
        }
        inbox.end(new ModemException(Trouble.CLOSED_BY_MODEM));
    }

    /// Closed by the program.
    void close() {
        Awaited underway;
        synchronized (this) {
            if (state != State.CLOSED) {
                state = State.CLOSING;
            }
            underway = opening;
        }
        if (underway != null) {
            underway.breakOff(new ModemException(Trouble.CLOSED, "the socket was closed"));
        }
        inbox.close();
        wakePump.run();
    }

    synchronized State state() {
        return state;
    }

    /// What the opening thread waits for; null when it waits no more.
    ///
    /// @throws SocketException when the program has closed the connection meanwhile
    synchronized void opening(@Nullable Awaited result) throws SocketException {
        opening = result;
        if (result != null && state == State.CLOSING) {
            throw new SocketException("Socket closed");
        }
    }

    /// Whether it is time to hang up; true once.
    synchronized boolean beginHangUp() {
        boolean begins = state == State.CLOSING && !hangingUp && opening == null;
        hangingUp |= begins;
        return begins;
    }

    /// Asks the modem how the connection is, by the pump: an announcement may have got lost.
    abstract void ask() throws ModemException;

    synchronized boolean wantsAsking(long idleNanosMax) {
        return state == State.OPEN && !announced && System.nanoTime() - lastWordNanos > idleNanosMax;
    }

    /// Takes back the announcement, before the modem is asked.
    ///
    /// @return whether the peer had closed already
    synchronized boolean beginFetch() {
        announced = false;
        lastWordNanos = System.nanoTime();
        return state == State.DRAINING;
    }

    synchronized boolean isAnnounced() {
        return announced;
    }

    synchronized boolean wantsFetch() {
        return announced && (state == State.OPEN || state == State.DRAINING) && inbox.room() >= pieceBytesMax();
    }

    /// Sends all, in order with other threads' bytes.
    void send(byte[] bytes, int offset, int length) throws IOException {
        sending.lock();
        try {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                check();
                int n = Math.min(pieceBytesMax(), end - at);
                byte[] piece = new byte[n];
                System.arraycopy(bytes, at, piece, 0, n);
                try {
                    sendPiece(piece);
                } catch (ModemException e) {
                    // Nobody knows which bytes arrived, unless the modem was not even asked.
                    if (e.trouble() != Trouble.BUSY) {
                        fail(e);
                    }
                    throw Inbox.rethrown(e);
                }
                at += n;
            }
        } finally {
            sending.unlock();
        }
    }

    /// Between two attempts to send the same piece.
    static void pause(long millis) throws SocketException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted while sending", e);
        }
    }

    private void check() throws IOException {
        IOException why;
        synchronized (this) {
            if (state == State.OPEN) {
                return;
            }
            why = ending;
        }
        IOException failure = why != null ? why : inbox.failure();
        if (failure != null) {
            throw Inbox.rethrown(failure);
        }
        throw new SocketException(state() == State.DRAINING || inbox.isEnded()
                ? "Broken pipe: the peer closed the connection"
                : "Socket closed");
    }
}
