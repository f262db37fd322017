package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;

/// The socket service: `AT+NETOPEN`, ten links, servers.
final class Sockets {
    static final int LINKS = 10;
    private static final int HOST_BYTES_MAX = 254;

    private static final int FAILED = 1;
    private static final int NOT_OPENED = 2;
    private static final int WRONG_PARAMETER = 3;
    static final int NOT_SUPPORTED = 4;
    static final int BIND_FAILED = 6;
    private static final int TIMEOUT = 10;
    private static final int DNS_FAILED = 11;

    private final Board board;
    private final Cellular cellular;
    private final List<Link> links = IntStream.range(0, LINKS).mapToObj(Link::new).toList();
    private final SocketSettings settings;
    private final Servers servers;
    private final List<Runnable> onceOpened = new ArrayList<>();
    private Reception reception = (_, _) -> {};
    private Transparent transparent = (_, _) -> {};
    private boolean open;
    private boolean opening;
    private boolean lost;

    /// What becomes of bytes that come.
    @FunctionalInterface
    interface Reception {
        void received(Link link, NetEvent event);
    }

    /// How a transparent link begins.
    @FunctionalInterface
    interface Transparent {
        void open(Link link, Call call);
    }

    Sockets(Board board, Cellular cellular, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        commands.on("+NETOPEN", this::netOpen);
        commands.on("+NETCLOSE", this::netClose);
        commands.on("+IPADDR", call -> {
            requireOpen(call, () -> call.line("+IPADDR: " + cellular.address()).ok());
        });
        commands.on("+CIPOPEN", "+CIPOPEN: (0-9),(\"TCP\",\"UDP\")", this::connect);
        commands.on("+CIPCLOSE", "+CIPCLOSE: (0-9)", this::close);
        settings = new SocketSettings(board, () -> open, commands);
        servers = new Servers(board, this, commands);
    }

    void onReception(Reception then) {
        reception = then;
    }

    void onTransparent(Transparent then) {
        transparent = then;
    }

    SocketSettings settings() {
        return settings;
    }

    boolean isOpen() {
        return open;
    }

    /// The service was open and ended by itself, and has not been opened again.
    boolean isLost() {
        return lost;
    }

    Link link(int number) {
        return links.get(number);
    }

    List<Link> links() {
        return links;
    }

    void ipError(Call call, IpError error) {
        call.line(error.line(board.profile(), settings.errorsAsText)).error();
    }

    /// @return whether it did what it was asked to
    boolean requireOpen(Call call, Runnable then) {
        if (open) {
            then.run();
        } else {
            ipError(call, IpError.NETWORK_NOT_OPENED);
        }
        return open;
    }

    void rebooted() {
        reset();
        lost = false;
        settings.reset();
    }

    private void reset() {
        links.forEach(Link::free);
        servers.stop();
        open = false;
        opening = false;
        onceOpened.clear();
    }

    /// The bearer is gone.
    void networkLost() {
        boolean was = open;
        reset();
        if (was) {
            lost = true;
            board.output().urc("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
        }
    }

    /// Nothing passes any more over any link, or again over all of them.
    void deaf(boolean now) {
        links.forEach(link -> link.deaf = now);
    }

    /// Nothing passes over that link any more, and nobody is told: only the modem's own keep-alive can find out.
    void halfOpen(int number) {
        Link link = links.get(number);
        link.deaf = true;
        int opens = link.opens;
        if (settings.keepAliveMillis > 0) {
            board.after(settings.keepAliveMillis, () -> {
                if (link.deaf && link.isOpen() && link.opens == opens) {
                    ended(link, 2);
                }
            });
        }
    }

    /// The network cuts one connection.
    ///
    /// @param cause of `+IPCLOSE`
    void cut(int number, int cause) {
        Link link = links.get(number);
        if (link.state == Link.State.OPEN || link.state == Link.State.OPENING) {
            ended(link, cause);
        }
    }

    // --- The service ----------------------------------------------------------------------------------------------

    private void netOpen(Call call) {
        if (call.is(Command.Kind.READ)) {
            whenOpened(() -> call.line("+NETOPEN: " + (open ? 1 : 0)).ok());
            return;
        }
        if (open || opening) {
            ipError(call, IpError.NETWORK_OPENED);
            return;
        }
        opening = true;
        lost = false;
        call.ok(() -> board.faults().netOpen(board.timing().netOpenMillis(), (millis, error) -> board.after(millis,
                () -> netOpened(error))));
    }

    /// @param error 0 for none; below 0 for no result at all
    private void netOpened(int error) {
        if (!opening) {
            return;
        }
        opening = false;
        boolean good = error <= 0 && cellular.hasService();
        open = good;
        if (error >= 0) {
            board.output().result("+NETOPEN: " + (good ? 0 : Math.max(1, error)));
        }
        List<Runnable> waiting = List.copyOf(onceOpened);
        onceOpened.clear();
        waiting.forEach(Runnable::run);
    }

    /// While the service opens, whoever asks for it waits for the result.
    private void whenOpened(Runnable then) {
        if (opening) {
            onceOpened.add(then);
        } else {
            then.run();
        }
    }

    private void netClose(Call call) {
        if (!open) {
            call.line("+NETCLOSE: 2").error();
            return;
        }
        List<Integer> closing = links.stream().filter(link -> link.state == Link.State.OPEN
                || link.state == Link.State.OPENING).map(link -> link.number).toList();
        reset();
        call.ok(() -> board.after(board.timing().closeMillis(), () -> {
            closing.forEach(number -> board.output().result("+CIPCLOSE: " + number + ",0"));
            board.output().result("+NETCLOSE: 0");
        }));
    }

    // --- Links ----------------------------------------------------------------------------------------------------

    private void connect(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(links.stream().map(Sockets::described).toList()).ok();
            return;
        }
        if (!call.is(Command.Kind.SET)) {
            throw new Rejected();
        }
        Arguments _ = call.arguments();
        whenOpened(() -> {
            try {
                connecting(call);
            } catch (Rejected wrong) {
                call.line("+CIPOPEN: " + call.arguments().text(0) + "," + WRONG_PARAMETER).error();
            }
        });
    }

    private static String described(Link link) {
        if (link.state != Link.State.OPEN) {
            return "+CIPOPEN: " + link.number;
        }
        return link.udp
                ? "+CIPOPEN: " + link.number + ",\"UDP\",\"\",0," + link.server
                : "+CIPOPEN: " + link.number + ",\"TCP\",\"" + link.address + "\"," + link.port + "," + link.server;
    }

    private void connecting(Call call) {
        Arguments arguments = call.arguments();
        int number = arguments.anyNumber(0);
        if (number < 0 || number >= LINKS) {
            ipError(call, IpError.INVALID_PARAMETER);
            return;
        }
        if (!open) {
            call.line("+CIPOPEN: " + number + "," + NOT_OPENED).error();
            return;
        }
        Link link = links.get(number);
        if (link.state == Link.State.OPEN || link.state == Link.State.OPENING) {
            call.line("+CIPOPEN: " + number + "," + NOT_SUPPORTED).error();
            return;
        }
        switch (arguments.text(1).toUpperCase(Locale.ROOT)) {
            case "TCP" -> connectTcp(call, link, arguments);
            case "UDP" -> openUdp(call, link, arguments);
            default -> throw new Rejected();
        }
    }

    private void connectTcp(Call call, Link link, Arguments arguments) {
        String host = arguments.text(2, 1, HOST_BYTES_MAX);
        int port = arguments.number(3, 1, 65_535);
        int localPort = arguments.number(4, 0, 65_535, 0);
        boolean stream = settings.transparent && link.number == 0;
        Runnable start = () -> board.faults().opening((millis, error) -> {
            Consumer<NetEvent> events = event -> happened(link, event, stream ? call : null);
            if (error == 0 && millis == 0) {
                link.opening(board.network().connect(host, port, localPort, settings.connectMillis,
                        board.faults().bufferBytes(Link.BUFFER_BYTES), null, events));
                return;
            }
            link.opening(new Nowhere());
            board.after(millis, () -> {
                if (link.state != Link.State.OPENING) {
                    return;
                }
                if (error != 0) {
                    failed(link, error, stream ? call : null);
                } else {
                    link.opening(board.network().connect(host, port, localPort, settings.connectMillis,
                            board.faults().bufferBytes(Link.BUFFER_BYTES), null, events));
                }
            });
        });
        if (stream) {
            start.run();
        } else {
            call.ok(start);
        }
    }

    private void openUdp(Call call, Link link, Arguments arguments) {
        int localPort = arguments.number(4, 0, 65_535, 0);
        link.opening(board.network().datagrams(localPort, Link.BUFFER_BYTES, event -> {
            switch (event) {
                case NetEvent.Opened _ -> {
                    link.state = Link.State.OPEN;
                    call.line("+CIPOPEN: " + link.number + ",0").ok();
                }
                case NetEvent.Failed _ -> {
                    link.free();
                    call.line("+CIPOPEN: " + link.number + "," + BIND_FAILED).error();
                }
                case NetEvent.Datagram _,NetEvent.Received _,NetEvent.Drained _,NetEvent.Ended _ ->
                    reception.received(link, event);
            }
        }));
        link.udp = true;
    }

    void happened(Link link, NetEvent event, @Nullable Call stream) {
        if (link.deaf) {
            return;
        }
        switch (event) {
            case NetEvent.Opened opened -> {
                link.state = Link.State.OPEN;
                link.address = opened.remoteAddress();
                link.port = opened.remotePort();
                if (stream == null) {
                    board.output().result("+CIPOPEN: " + link.number + ",0");
                } else {
                    transparent.open(link, stream);
                }
            }
            case NetEvent.Failed failed -> {
                board.note("link " + link.number + " not connected: " + failed.why() + ", " + failed.detail());
                failed(link, code(failed.why()), stream);
            }
            case NetEvent.Ended ended -> {
                if (ended.reset()) {
                    board.note("link " + link.number + " was reset by the other side");
                }
                ended(link, 1);
            }
            case NetEvent.Received _,NetEvent.Datagram _,NetEvent.Drained _ -> reception.received(link, event);
        }
    }

    private static int code(NetEvent.Failure why) {
        return switch (why) {
            case NO_SUCH_NAME -> DNS_FAILED;
            case TIMEOUT -> TIMEOUT;
            case REFUSED, UNREACHABLE, HANDSHAKE, UNTRUSTED, NO_CERTIFICATE -> FAILED;
        };
    }

    private void failed(Link link, int error, @Nullable Call stream) {
        link.free();
        if (stream == null) {
            board.output().result("+CIPOPEN: " + link.number + "," + error);
        } else {
            stream.end("CONNECT FAIL", () -> {});
        }
    }

    /// The other side, or the network, has ended it. What came before can still be read.
    void ended(Link link, int cause) {
        boolean opened = link.state == Link.State.OPEN;
        Conduit conduit = link.conduit;
        if (conduit != null) {
            conduit.close();
        }
        link.state = Link.State.ENDED;
        reception.received(link, new NetEvent.Ended(false));
        if (opened) {
            board.output().urc("+IPCLOSE: " + link.number + "," + cause);
        } else {
            link.free();
            board.output().result("+CIPOPEN: " + link.number + "," + FAILED);
        }
    }

    private void close(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CIPCLOSE: " + links.stream().map(link -> link.isOpen() ? "1" : "0")
                    .collect(Collectors.joining(","))).ok();
            return;
        }
        int number = call.arguments().number(0, 0, LINKS - 1);
        Link link = links.get(number);
        if (link.state == Link.State.FREE || link.state == Link.State.ENDED) {
            link.free();
            call.line("+CIPCLOSE: " + number + "," + NOT_SUPPORTED).error();
            return;
        }
        link.free();
        call.ok(() -> board.after(board.timing().closeMillis(),
                () -> board.output().result("+CIPCLOSE: " + number + ",0")));
    }

    /// A link that is being opened, and has no socket yet.
    private static final class Nowhere implements Conduit {
        @Override
        public void listen(Consumer<NetEvent> events) {}

        @Override
        public int room() {
            return 0;
        }

        @Override
        public void send(String octets) {}

        @Override
        public void sendTo(String host, int port, String octets) {}

        @Override
        public long sentBytes() {
            return 0;
        }

        @Override
        public void consumed(int bytes) {}

        @Override
        public void close() {}
    }
}
