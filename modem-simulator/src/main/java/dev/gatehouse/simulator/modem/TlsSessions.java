package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.fault.Piece.Kind;
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

    private static final int PEER_CLOSED = 4;
    private static final int TIMEOUT = 5;
    private static final int STATE = 11;
    private static final int DNS = 13;
    private static final int CONNECT = 14;
    private static final int HANDSHAKE = 15;
    private static final int NO_NETWORK = 17;
    private static final int NO_CERTIFICATE = 19;

    private final Board board;
    private final Cellular cellular;
    private final TlsContexts contexts;
    private final List<Session> sessions = IntStream.range(0, SESSIONS).mapToObj(Session::new).toList();
    private boolean started;
    private boolean reportsSent;
    private boolean manual;

    private enum State {
        FREE,
        OPENING,
        OPEN,
        /// Closed by the other side; what is cached can still be read.
        ENDED
    }

    private static final class Session {
        private final int number;
        private State state = State.FREE;
        private int context;
        private String host = "";
        private int port;
        private int type;
        private boolean notified;
        private final StringBuilder cache = new StringBuilder();
        private @Nullable Conduit conduit;

        private Session(int number) {
            this.number = number;
            this.context = number;
        }

        private void free() {
            if (conduit != null) {
                conduit.close();
            }
            conduit = null;
            state = State.FREE;
            context = number;
            host = "";
            notified = false;
            cache.setLength(0);
        }
    }

    TlsSessions(Board board, Cellular cellular, TlsContexts contexts, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        this.contexts = contexts;
        commands.on("+CCHSTART", this::start);
        commands.on("+CCHSTOP", this::stop);
        commands.on("+CCHSET", "+CCHSET: (0,1),(0,1)", this::set);
        commands.on("+CCHMODE", "+CCHMODE: (0,1)", call -> {
            if (call.is(Command.Kind.SET) && call.arguments().number(0, 0, 1) == 1) {
                board.note("the simulator has no transparent TLS");
                throw new Rejected();
            }
            call.line("+CCHMODE: 0").ok();
        });
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
        sessions.forEach(Session::free);
        started = false;
        reportsSent = false;
        manual = false;
    }

    /// The bearer is gone, or the service ends by itself.
    void networkLost() {
        if (!started) {
            return;
        }
        for (Session session : sessions) {
            if (session.state == State.OPEN) {
                ended(session);
            } else if (session.state == State.OPENING) {
                failed(session, NO_NETWORK);
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
        sessions.forEach(Session::free);
        call.ok(() -> board.after(board.timing().closeMillis(), () -> board.output().result("+CCHSTOP: 0")));
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

    private Session session(Call call, int index) {
        return sessions.get(call.arguments().number(index, 0, SESSIONS - 1));
    }

    private void context(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(sessions.stream().map(each -> "+CCHSSLCFG: " + each.number + "," + each.context).toList()).ok();
            return;
        }
        Session session = session(call, 0);
        session.context = call.arguments().number(1, 0, CONTEXT_MAX, session.number);
        call.ok();
    }

    private void configure(Call call) {
        if (call.is(Command.Kind.SET) && call.arguments().text(0).equalsIgnoreCase("sslctx")) {
            session(call, 1).context = call.arguments().number(2, 0, CONTEXT_MAX);
        }
        call.ok();
    }

    private void open(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(sessions.stream().map(each -> each.state == State.OPEN
                    ? "+CCHOPEN: " + each.number + ",\"" + each.host + "\"," + each.port + "," + each.type + ",0"
                    : "+CCHOPEN: " + each.number + ",\"\",,,").toList()).ok();
            return;
        }
        Session session = session(call, 0);
        String host = call.arguments().text(1, 1, 256);
        int port = call.arguments().number(2, 1, 65_535);
        int type = call.arguments().number(3, 1, 2, 2);
        int localPort = call.arguments().number(4, 0, 65_535, 0);
        if (!started || session.state == State.OPEN || session.state == State.OPENING) {
            throw new Rejected();
        }
        int context = session.context;
        session.free();
        session.context = context;
        session.state = State.OPENING;
        session.host = host;
        session.port = port;
        session.type = type;
        call.ok(() -> board.faults().opening((millis, error) -> board.after(millis, () -> {
            if (session.state != State.OPENING) {
                return;
            }
            if (error != 0) {
                failed(session, error == 11 ? DNS : error == 10 ? TIMEOUT : CONNECT);
            } else {
                connect(session, localPort);
            }
        })));
    }

    private void connect(Session session, int localPort) {
        TlsPlan plan = null;
        if (session.type == 2) {
            try {
                plan = contexts.plan(session.context, session.host);
            } catch (TlsContexts.Missing missing) {
                board.note("session " + session.number + ": " + missing.getMessage());
                failed(session, NO_CERTIFICATE);
                return;
            }
        }
        session.conduit = board.network().connect(session.host, session.port, localPort, OPEN_MILLIS,
                board.faults().bufferBytes(Link.BUFFER_BYTES), plan, event -> happened(session, event));
    }

    private void failed(Session session, int error) {
        session.free();
        board.output().result("+CCHOPEN: " + session.number + "," + error);
    }

    private void happened(Session session, NetEvent event) {
        switch (event) {
            case NetEvent.Opened _ -> {
                session.state = State.OPEN;
                board.output().result("+CCHOPEN: " + session.number + ",0");
            }
            case NetEvent.Failed failed -> {
                board.note("session " + session.number + " not opened: " + failed.why() + ", " + failed.detail());
                failed(session, code(failed.why()));
            }
            case NetEvent.Received received -> {
                session.cache.append(received.octets());
                if (!manual) {
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

    private void ended(Session session) {
        if (session.conduit != null) {
            session.conduit.close();
        }
        session.state = State.ENDED;
        if (!manual) {
            push(session);
        }
        board.output().urc("+CCH_PEER_CLOSED: " + session.number);
    }

    private String take(Session session, int bytesMax) {
        int bytes = Math.min(bytesMax, session.cache.length());
        String taken = session.cache.substring(0, bytes);
        session.cache.delete(0, bytes);
        if (session.conduit != null && session.state == State.OPEN) {
            session.conduit.consumed(bytes);
        }
        return taken;
    }

    private void push(Session session) {
        if (session.state == State.OPEN && board.output().unsentBytes() > UNSENT_BYTES_MAX) {
            board.after(5, () -> push(session));
            return;
        }
        while (!session.cache.isEmpty()) {
            board.output().urcOctets(chunk(session, take(session, CHUNK_BYTES_MAX)) + "\r\n");
        }
    }

    private String chunk(Session session, String octets) {
        return "\r\n+CCHRECV: DATA," + session.number + "," + octets.length() + "\r\n" + octets;
    }

    private void send(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CCHSEND: 0," + unsent(sessions.get(0)) + ",1," + unsent(sessions.get(1))).ok();
            return;
        }
        Session session = session(call, 0);
        int bytes = call.arguments().number(1, 1, SEND_BYTES_MAX);
        if (session.state != State.OPEN || board.faults().busy()) {
            throw new Rejected();
        }
        call.payload(bytes, octets -> {
            Conduit conduit = session.conduit;
            if (session.state != State.OPEN || conduit == null) {
                sent(call, session, PEER_CLOSED);
                return;
            }
            conduit.send(octets);
            sent(call, session, 0);
        });
    }

    private void sent(Call call, Session session, int error) {
        if (reportsSent) {
            call.okWithResult("+CCHSEND: " + session.number + "," + error);
        } else {
            call.ok();
        }
    }

    private static int unsent(Session session) {
        return session.conduit == null ? 0 : Math.max(0, Conduit.SEND_BYTES_MAX - session.conduit.room());
    }

    private void receive(Call call) {
        if (call.is(Command.Kind.READ)) {
            if (sessions.stream().allMatch(each -> each.state == State.FREE) && board.faults().freezes()) {
                return;
            }
            call.line("+CCHRECV: LEN," + sessions.get(0).cache.length() + "," + sessions.get(1).cache.length()).ok();
            return;
        }
        Session session = session(call, 0);
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
                String octets = take(session, Math.min(left, CHUNK_BYTES_MAX));
                left -= octets.length();
                board.output().say(Kind.RESULT, chunk(session, octets));
            }
            board.output().result("+CCHRECV: " + session.number + ",0");
        });
    }

    private void close(Call call) {
        Session session = session(call, 0);
        boolean was = session.state == State.OPEN || session.state == State.OPENING;
        session.free();
        if (!was) {
            throw new Rejected();
        }
        call.ok(() -> board.after(board.timing().closeMillis(),
                () -> board.output().result("+CCHCLOSE: " + session.number + ",0")));
    }
}
