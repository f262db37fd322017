package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;
import dev.gatehouse.simulator.net.TlsPlan;

/// `AT+CCH…`: two sessions that speak TLS inside the modem.
final class TlsSessions {
    private static final int SESSIONS = 2;
    private static final int CONTEXT_MAX = 9;
    private static final int SEND_BYTES_MAX = 2048;
    private static final int CHUNK_BYTES_MAX = 1024;
    private static final int OPEN_MILLIS = 120_000;
    private static final int UNSENT_BYTES_MAX = 8192;

    private static final int BUSY = 3;
    private static final int PEER_CLOSED = 4;
    private static final int TIMEOUT = 5;
    private static final int STATE = 11;
    private static final int DNS = 13;
    private static final int CONNECT = 14;
    private static final int HANDSHAKE = 15;
    private static final int NO_NETWORK = 17;
    private static final int SEND_TIMEOUT = 18;
    private static final int NO_CERTIFICATE = 19;

    private final Board board;
    private final Cellular cellular;
    private final TlsContexts contexts;
    private final DataMode dataMode;
    private final List<TlsSession> sessions = IntStream.range(0, SESSIONS).mapToObj(TlsSession::new).toList();
    private boolean started;
    private boolean reportsSent;
    private boolean manual;
    /// `AT+CCHMODE`
    private boolean transparent;

    TlsSessions(Board board, Cellular cellular, TlsContexts contexts, DataMode dataMode, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        this.contexts = contexts;
        this.dataMode = dataMode;
        commands.on("+CCHSTART", this::start);
        commands.on("+CCHSTOP", this::stop);
        commands.on("+CCHSET", "+CCHSET: (0,1),(0,1)", this::set);
        commands.on("+CCHMODE", "+CCHMODE: (0,1)", this::mode);
        commands.on("+CCHADDR", call -> call.line("+CCHADDR: " + cellular.address()).ok());
        commands.on("+CCHSSLCFG", "+CCHSSLCFG: (0,1),(0-9)", this::context);
        commands.on("+CCHCFG", "+CCHCFG: \"sendtimeout\",(0,1),(60-150)\r\n+CCHCFG: \"sslctx\",(0,1),(0-9)",
                this::configure);
        commands.on("+CCHOPEN", "+CCHOPEN: (0,1),\"ADDRESS\",(1-65535),(1,2),(1-65535)", this::open);
        commands.on("+CCHSEND", "+CCHSEND: (0,1),(1-2048)", this::send);
        commands.on("+CCHRECV", "+CCHRECV: (0,1),(0-2048)", this::receive);
        commands.on("+CCHCLOSE", "+CCHCLOSE: (0,1)", this::close);
    }

    void rebooted() {
        sessions.forEach(TlsSession::free);
        started = false;
        reportsSent = false;
        manual = false;
        transparent = false;
    }

    /// The bearer is gone, or the service ends by itself.
    void networkLost() {
        if (!started) {
            return;
        }
        for (TlsSession session : sessions) {
            if (session.state == TlsSession.State.OPEN) {
                ended(session);
            } else if (session.state == TlsSession.State.OPENING) {
                failed(session, NO_NETWORK, null);
            }
        }
        started = false;
        board.output().urc("+CCH: CCH STOP");
    }

    private void start(Call call) {
        if (started) {
            throw new Rejected();
        }
        boolean good = cellular.hasService();
        started = good;
        call.ok(() -> board.after(board.timing().netOpenMillis(),
                () -> board.output().result("+CCHSTART: " + (good ? 0 : NO_NETWORK))));
    }

    private void stop(Call call) {
        if (!started) {
            throw new Rejected();
        }
        started = false;
        sessions.forEach(TlsSession::free);
        call.ok(() -> board.after(board.timing().closeMillis(), () -> board.output().result("+CCHSTOP: 0")));
    }

    private void mode(Call call) {
        if (!call.is(Command.Kind.SET)) {
            call.line("+CCHMODE: " + (transparent ? 1 : 0)).ok();
            return;
        }
        boolean wanted = call.arguments().number(0, 0, 1) == 1;
        if (started && wanted != transparent) {
            throw new Rejected();
        }
        transparent = wanted;
        call.ok();
    }

    private void set(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CCHSET: " + (reportsSent ? 1 : 0) + "," + (manual ? 1 : 0)).ok();
            return;
        }
        boolean report = call.arguments().number(0, 0, 1) == 1;
        manual = call.arguments().number(1, 0, 1, 0) == 1;
        reportsSent = report;
        call.ok();
    }

    private TlsSession session(Call call, int index) {
        return sessions.get(call.arguments().number(index, 0, SESSIONS - 1));
    }

    private void context(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(sessions.stream().map(each -> "+CCHSSLCFG: " + each.number + "," + each.context).toList()).ok();
            return;
        }
        TlsSession session = session(call, 0);
        session.context = call.arguments().number(1, 0, CONTEXT_MAX, session.number);
        call.ok();
    }

    private void configure(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(sessions.stream().map(each -> "+CCHCFG: " + each.number + "," + each.sendMillis / 1000 + ","
                    + each.context).toList()).ok();
            return;
        }
        switch (call.arguments().text(0).toLowerCase(Locale.ROOT)) {
            case "sslctx" -> session(call, 1).context = call.arguments().number(2, 0, CONTEXT_MAX);
            case "sendtimeout" -> session(call, 1).sendMillis = call.arguments().number(2, 60, 150) * 1000;
            default -> throw new Rejected();
        }
        call.ok();
    }

    private void open(Call call) {
        if (call.is(Command.Kind.READ)) {
            boolean hidden = board.faults().hidesSessions();
            call.block(sessions.stream().map(each -> each.isOpen() && !hidden
                    ? "+CCHOPEN: " + each.number + ",\"" + each.host + "\"," + each.port + "," + each.type + ",0"
                    : "+CCHOPEN: " + each.number + ",\"\",,,").toList()).ok();
            return;
        }
        TlsSession session = session(call, 0);
        String host = call.arguments().text(1, 1, 256);
        int port = call.arguments().number(2, 1, 65_535);
        int type = call.arguments().number(3, 1, 2, 2);
        int localPort = call.arguments().number(4, 0, 65_535, 0);
        if (!started || session.state == TlsSession.State.OPEN || session.state == TlsSession.State.OPENING) {
            throw new Rejected();
        }
        session.opening(host, port, type);
        Call stream = transparent && session.number == 0 ? call : null;
        Runnable start = () -> board.faults().opening((millis, error) -> board.after(millis, () -> {
            if (session.state != TlsSession.State.OPENING) {
                return;
            }
            if (error != 0) {
                failed(session, error == 11 ? DNS : error == 10 ? TIMEOUT : CONNECT, stream);
            } else {
                connect(session, localPort, stream);
            }
        }));
        if (stream == null) {
            call.ok(start);
        } else {
            start.run();
        }
    }

    /// @param stream the command that waits for `CONNECT`, in transparent mode
    private void connect(TlsSession session, int localPort, @Nullable Call stream) {
        TlsPlan plan = null;
        if (session.type == 2) {
            try {
                plan = contexts.plan(session.context, session.host);
            } catch (TlsContexts.Missing missing) {
                board.note("session " + session.number + ": " + missing.getMessage());
                failed(session, NO_CERTIFICATE, stream);
                return;
            }
        }
        session.conduit = board.network().connect(session.host, session.port, localPort, OPEN_MILLIS,
                board.faults().bufferBytes(Link.BUFFER_BYTES), plan, event -> happened(session, event, stream));
    }

    private void failed(TlsSession session, int error, @Nullable Call stream) {
        session.free();
        if (stream == null) {
            board.output().result("+CCHOPEN: " + session.number + "," + error);
        } else {
            stream.end("CONNECT FAIL", () -> {});
        }
    }

    private void happened(TlsSession session, NetEvent event, @Nullable Call stream) {
        switch (event) {
            case NetEvent.Opened _ -> {
                session.state = TlsSession.State.OPEN;
                if (stream == null) {
                    board.output().result("+CCHOPEN: " + session.number + ",0");
                } else {
                    dataMode.begin(stream, session);
                }
            }
            case NetEvent.Failed failed -> {
                board.note("session " + session.number + " not opened: " + failed.why() + ", " + failed.detail());
                failed(session, code(failed.why()), stream);
            }
            case NetEvent.Received received -> {
                session.cache.append(received.octets());
                if (dataMode.carries(session)) {
                    dataMode.drain();
                } else if (!manual && !transparent) {
                    push(session);
                } else if (!session.notified) {
                    session.notified = true;
                    board.output().urc("+CCHEVENT: " + session.number + ",RECV EVENT");
                }
            }
            case NetEvent.Ended _ -> ended(session);
            case NetEvent.Datagram _,NetEvent.Drained _ -> {
                // Nothing that a session has.
            }
        }
    }

    private static int code(NetEvent.Failure why) {
        return switch (why) {
            case NO_SUCH_NAME -> DNS;
            case TIMEOUT -> TIMEOUT;
            case REFUSED, UNREACHABLE -> CONNECT;
            case HANDSHAKE, UNTRUSTED -> HANDSHAKE;
            case NO_CERTIFICATE -> NO_CERTIFICATE;
        };
    }

    private void ended(TlsSession session) {
        if (session.conduit != null) {
            session.conduit.close();
        }
        session.state = TlsSession.State.ENDED;
        if (dataMode.carries(session)) {
            dataMode.ended(session);
        } else if (!manual && !transparent) {
            push(session);
        }
        board.output().urc("+CCH_PEER_CLOSED: " + session.number);
    }

    private void push(TlsSession session) {
        if (session.state == TlsSession.State.OPEN && board.output().unsentBytes() > UNSENT_BYTES_MAX) {
            board.after(5, () -> push(session));
            return;
        }
        while (!session.cache.isEmpty()) {
            String octets = session.take(CHUNK_BYTES_MAX);
            board.output().urc(board.settings().text(header(session, octets)), octets);
        }
    }

    private static String header(TlsSession session, String octets) {
        return "+CCHRECV: DATA," + session.number + "," + octets.length();
    }

    private void send(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CCHSEND: 0," + sessions.get(0).unsentBytes() + ",1," + sessions.get(1).unsentBytes()).ok();
            return;
        }
        TlsSession session = session(call, 0);
        int bytes = call.arguments().number(1, 1, SEND_BYTES_MAX);
        if (!session.isOpen() || transparent && session.number == 0) {
            throw new Rejected();
        }
        if (session.sending || board.faults().busy()) {
            call.line("+CCHSEND: " + session.number + "," + BUSY).error();
            return;
        }
        call.payload(bytes, octets -> {
            Conduit conduit = session.conduit;
            if (session.state != TlsSession.State.OPEN || conduit == null) {
                sent(call, session, PEER_CLOSED);
                return;
            }
            if (conduit.room() >= octets.length()) {
                conduit.send(octets);
                sent(call, session, 0);
                return;
            }
            session.sending = true;
            int opens = session.opens;
            call.ok(() -> Delivery.begin(board, conduit, octets, session.sendMillis,
                    () -> session.isOpen() && session.opens == opens, outcome -> delivered(session, outcome)));
        });
    }

    private void delivered(TlsSession session, Delivery.Outcome outcome) {
        int error = switch (outcome) {
            case SENT -> 0;
            case GONE -> PEER_CLOSED;
            case TIMEOUT -> SEND_TIMEOUT;
        };
        if (outcome != Delivery.Outcome.GONE) {
            session.sending = false;
        }
        if (reportsSent) {
            board.output().result("+CCHSEND: " + session.number + "," + error);
        }
    }

    private void sent(Call call, TlsSession session, int error) {
        if (reportsSent) {
            call.okWithResult("+CCHSEND: " + session.number + "," + error);
        } else {
            call.ok();
        }
    }

    private void receive(Call call) {
        if (call.is(Command.Kind.READ)) {
            if (sessions.stream().allMatch(each -> each.state == TlsSession.State.FREE) && board.faults().freezes()) {
                return;
            }
            call.line("+CCHRECV: LEN," + sessions.get(0).cache.length() + "," + sessions.get(1).cache.length()).ok();
            return;
        }
        TlsSession session = session(call, 0);
        int wanted = call.arguments().number(1, 0, SEND_BYTES_MAX, 0);
        if (wanted > session.cache.length() && board.faults().freezes()) {
            return;
        }
        session.notified = false;
        if (session.cache.isEmpty()) {
            call.line("+CCHRECV: " + session.number + "," + STATE).error();
            return;
        }
        int bytes = wanted == 0 ? session.cache.length() : Math.min(wanted, session.cache.length());
        call.ok(() -> {
            int left = board.faults().readable(bytes);
            while (left > 0) {
                String octets = session.take(Math.min(left, CHUNK_BYTES_MAX));
                left -= octets.length();
                board.output().result(header(session, octets), octets);
            }
            board.output().result("+CCHRECV: " + session.number + ",0");
        });
    }

    private void close(Call call) {
        TlsSession session = session(call, 0);
        boolean was = session.state == TlsSession.State.OPEN || session.state == TlsSession.State.OPENING;
        session.free();
        if (!was) {
            throw new Rejected();
        }
        call.ok(() -> board.after(board.timing().closeMillis(),
                () -> board.output().result("+CCHCLOSE: " + session.number + ",0")));
    }
}
