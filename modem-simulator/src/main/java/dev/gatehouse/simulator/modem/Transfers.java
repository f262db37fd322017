package dev.gatehouse.simulator.modem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Queue;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;

/// Bytes to and from links: `AT+CIPSEND`, `AT+CIPRXGET`, push mode.
final class Transfers {
    private static final int CHUNK_BYTES_MAX = 1500;
    private static final int HEX_BYTES_MAX = 750;
    private static final int HEX_DIGITS_MAX = 500;
    private static final int UNSENT_BYTES_MAX = 8192;
    private static final int MANUAL = 1;

    private final Board board;
    private final Sockets sockets;
    private final SocketSettings settings;
    private final DataMode dataMode;
    private final Queue<Link> pushing = new ArrayDeque<>();
    private int receiveMode;
    private boolean withAddress;
    private boolean lengthHeader = true;
    private boolean addressHeader = true;

    Transfers(Board board, Sockets sockets, DataMode dataMode, Commands commands) {
        this.board = board;
        this.sockets = sockets;
        this.settings = sockets.settings();
        this.dataMode = dataMode;
        sockets.onReception(this::received);
        sockets.onTransparent((link, call) -> dataMode.begin(call, link));
        commands.on("+CIPSEND", "+CIPSEND: (0-9),(1-1500)", this::send);
        commands.on("+CIPSENDSTR", this::sendHex);
        commands.on("+CIPRXGET", "+CIPRXGET: (0-" + board.profile().receiveModeMax() + "),(0-9),(1-1500)",
                this::receive);
        commands.on("+CIPACK", this::acknowledged);
        commands.on("+CIPHEAD", "+CIPHEAD: (0-1)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+CIPHEAD: " + (lengthHeader ? 1 : 0));
            } else if (call.is(Command.Kind.SET)) {
                lengthHeader = call.arguments().number(0, 0, 1) == 1;
            }
            call.ok();
        });
        commands.on("+CIPSRIP", "+CIPSRIP: (0-1)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+CIPSRIP: " + (addressHeader ? 1 : 0));
            } else if (call.is(Command.Kind.SET)) {
                addressHeader = call.arguments().number(0, 0, 1) == 1;
            }
            call.ok();
        });
    }

    void rebooted() {
        receiveMode = 0;
        withAddress = false;
        lengthHeader = true;
        addressHeader = true;
        pushing.clear();
    }

    // --- Sending --------------------------------------------------------------------------------------------------

    private void send(Call call) {
        if (!call.is(Command.Kind.SET)) {
            throw new Rejected();
        }
        Arguments arguments = call.arguments();
        int number = arguments.number(0, 0, Sockets.LINKS - 1);
        Link link = sockets.link(number);
        boolean fixed = arguments.has(1);
        int bytes = fixed ? arguments.anyNumber(1) : CHUNK_BYTES_MAX;
        int refused = refusal(link, bytes);
        if (refused != 0) {
            call.line("+CIPERROR: " + refused).error();
            return;
        }
        String host = link.udp ? arguments.text(2, 1, 254) : "";
        int port = link.udp ? arguments.number(3, 1, 65_535) : 0;
        if (fixed) {
            call.payload(bytes, octets -> entered(call, link, octets, host, port));
        } else {
            call.text(bytes, octets -> entered(call, link, octets, host, port), call::ok);
        }
    }

    private int refusal(Link link, int bytes) {
        if (!sockets.isOpen()) {
            return sockets.isLost() ? 4 : 2;
        }
        if (bytes < 1 || bytes > CHUNK_BYTES_MAX) {
            return 3;
        }
        if (!link.isOpen() || settings.transparent && link.number == 0) {
            return 4;
        }
        return link.sending || board.faults().busy() ? 8 : 0;
    }

    private void entered(Call call, Link link, String octets, String host, int port) {
        Conduit conduit = link.conduit;
        if (octets.isEmpty()) {
            call.okWithResult("+CIPSEND: " + link.number + ",0,0");
            return;
        }
        if (!link.isOpen() || conduit == null) {
            confirmed(call, link.number, octets.length(), -1);
            return;
        }
        int confirmed = Math.min(octets.length(), board.faults().confirmed(octets.length()));
        if (link.udp) {
            conduit.sendTo(host, port, octets);
            link.sentBytes += octets.length();
            confirmed(call, link.number, octets.length(), confirmed);
            return;
        }
        String accepted = octets.substring(0, Math.max(0, confirmed));
        if (link.deaf) {
            link.sentBytes += accepted.length();
            confirmed(call, link.number, octets.length(), confirmed);
            return;
        }
        if (conduit.room() >= accepted.length()) {
            conduit.send(accepted);
            link.sentBytes += accepted.length();
            if (settings.waitsForAcknowledgement) {
                acknowledge(call, link, conduit, octets.length(), confirmed);
            } else {
                confirmed(call, link.number, octets.length(), confirmed);
            }
            return;
        }
        link.sending = true;
        int opens = link.opens;
        call.ok(() -> Delivery.begin(board, conduit, accepted, settings.sendMillis,
                () -> link.isOpen() && link.opens == opens,
                outcome -> delivered(link, outcome, accepted, octets.length(), confirmed)));
    }

    /// `AT+CIPSENDMODE=1`: the result comes when all bytes have arrived.
    private void acknowledge(Call call, Link link, Conduit conduit, int requested, int confirmed) {
        link.sending = true;
        int opens = link.opens;
        call.ok(() -> acknowledged(link, opens, conduit, requested, confirmed, board.millis() + settings.sendMillis));
    }

    private void acknowledged(Link link, int opens, Conduit conduit, int requested, int confirmed, long until) {
        if (!link.isOpen() || link.opens != opens) {
            delivered(link, Delivery.Outcome.GONE, "", requested, confirmed);
        } else if (conduit.sentBytes() >= link.sentBytes) {
            delivered(link, Delivery.Outcome.SENT, "", requested, confirmed);
        } else if (board.millis() >= until) {
            delivered(link, Delivery.Outcome.TIMEOUT, "", requested, confirmed);
        } else {
            board.after(5, () -> acknowledged(link, opens, conduit, requested, confirmed, until));
        }
    }

    private void confirmed(Call call, int number, int requested, int confirmed) {
        call.okWithResult("+CIPSEND: " + number + "," + requested + "," + confirmed);
    }

    private void delivered(Link link, Delivery.Outcome outcome, String accepted, int requested, int confirmed) {
        String result = "+CIPSEND: " + link.number + "," + requested + ",";
        switch (outcome) {
            case SENT -> {
                link.sending = false;
                link.sentBytes += accepted.length();
                board.output().result(result + confirmed);
            }
            case GONE -> board.output().result(result + "-1");
            case TIMEOUT -> {
                link.sending = false;
                board.output().result(result + "-1");
                sockets.ended(link, 2);
            }
        }
    }

    private void sendHex(Call call) {
        int number = call.arguments().number(0, 0, Sockets.LINKS - 1);
        String digits = call.arguments().text(1, 2, HEX_DIGITS_MAX);
        Link link = sockets.link(number);
        Conduit conduit = link.conduit;
        if (!link.isOpen() || link.udp || conduit == null) {
            throw new Rejected();
        }
        String octets;
        try {
            octets = new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException none) {
            throw new Rejected();
        }
        conduit.send(octets);
        link.sentBytes += octets.length();
        call.okWithResult("+CIPSENDSTR: " + number + "," + octets.length());
    }

    private void acknowledged(Call call) {
        int number = call.arguments().number(0, 0, Sockets.LINKS - 1);
        if (!sockets.isOpen()) {
            sockets.ipError(call, IpError.NETWORK_NOT_OPENED);
            return;
        }
        Link link = sockets.link(number);
        Conduit conduit = link.conduit;
        if (link.state == Link.State.FREE || link.udp || conduit == null) {
            sockets.ipError(call, IpError.NOT_CREATED);
            return;
        }
        call.line("+CIPACK: " + link.sentBytes + "," + conduit.sentBytes() + "," + link.receivedBytes).ok();
    }

    // --- Receiving ------------------------------------------------------------------------------------------------

    private void received(Link link, NetEvent event) {
        switch (event) {
            case NetEvent.Received received -> arrived(link, received.octets());
            case NetEvent.Datagram datagram -> {
                if (link.buffer.length() + datagram.octets().length() <= Link.BUFFER_BYTES) {
                    link.address = datagram.fromAddress();
                    link.port = datagram.fromPort();
                    arrived(link, datagram.octets());
                }
            }
            case NetEvent.Ended _ -> {
                if (dataMode.carries(link)) {
                    dataMode.ended(link);
                } else if (receiveMode != MANUAL) {
                    push(link, true);
                }
            }
            case NetEvent.Opened _,NetEvent.Failed _,NetEvent.Drained _ -> {
                // Nothing to hand on.
            }
        }
    }

    private void arrived(Link link, String octets) {
        link.buffer.append(octets);
        link.receivedBytes += octets.length();
        if (dataMode.carries(link)) {
            dataMode.drain();
        } else if (receiveMode == MANUAL || settings.transparent && link.number == 0) {
            announce(link);
        } else {
            push(link, false);
        }
        if (board.faults().closesAfter(link.receivedBytes)) {
            sockets.ended(link, 1);
        }
    }

    private void announce(Link link) {
        if (!link.notified && !link.buffer.isEmpty()) {
            link.notified = true;
            board.output().urc("+CIPRXGET: 1," + link.number);
        }
    }

    /// Push mode: data come by themselves, as fast as the user reads them.
    ///
    /// @param atOnce because the link has ended
    private void push(Link link, boolean atOnce) {
        if (link.buffer.isEmpty() || pushing.contains(link) && !atOnce) {
            return;
        }
        if (!atOnce && board.output().unsentBytes() > UNSENT_BYTES_MAX) {
            pushing.add(link);
            board.after(5, () -> {
                pushing.remove(link);
                push(link, false);
            });
            return;
        }
        while (!link.buffer.isEmpty()) {
            String octets = link.take(CHUNK_BYTES_MAX);
            StringBuilder head = new StringBuilder();
            if (settings.receiveHeader) {
                head.append("\r\n+RECEIVE,").append(link.number).append(',').append(octets.length()).append(":\r\n");
            } else {
                if (addressHeader) {
                    head.append("\r\nRECV FROM:").append(link.address).append(':').append(link.port).append("\r\n");
                }
                if (lengthHeader) {
                    head.append(addressHeader ? "" : "\r\n").append("+IPD").append(octets.length()).append("\r\n");
                }
            }
            board.output().urc(head.toString(), octets);
        }
    }

    private void receive(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CIPRXGET: " + receiveMode).ok();
            return;
        }
        Arguments arguments = call.arguments();
        int mode = arguments.anyNumber(0);
        if (mode < 0 || mode > board.profile().receiveModeMax()) {
            sockets.ipError(call, IpError.INVALID_PARAMETER);
            return;
        }
        switch (mode) {
            case 0, 1 -> {
                receiveMode = mode;
                call.ok(() -> sockets.links().forEach(mode == MANUAL ? this::announce : link -> push(link, false)));
            }
            case 5 -> {
                withAddress = true;
                call.ok();
            }
            default -> read(call, arguments, mode);
        }
    }

    private void read(Call call, Arguments arguments, int mode) {
        int number = arguments.number(1, 0, Sockets.LINKS - 1);
        Link link = sockets.link(number);
        if (!sockets.isOpen() && link.state == Link.State.FREE) {
            sockets.ipError(call, IpError.NETWORK_NOT_OPENED);
            return;
        }
        if (mode == 4) {
            if (link.state == Link.State.FREE && link.opens == 0) {
                sockets.ipError(call, IpError.NOT_CREATED);
            } else {
                call.line("+CIPRXGET: 4," + number + "," + link.buffer.length()).ok();
            }
            return;
        }
        int most = mode == 3 ? HEX_BYTES_MAX : CHUNK_BYTES_MAX;
        int wanted = arguments.has(2) ? arguments.anyNumber(2) : most;
        if (wanted < 1 || wanted > most) {
            sockets.ipError(call, IpError.INVALID_PARAMETER);
            return;
        }
        if (link.buffer.isEmpty() || board.faults().hidesData()) {
            sockets.ipError(call, link.opens > 0 ? IpError.NO_DATA : IpError.NOT_CREATED);
            return;
        }
        String octets = link.take(board.faults().readable(wanted));
        int rest = board.faults().rest(link.buffer.length());
        String head = "+CIPRXGET: " + mode + "," + number + "," + octets.length() + "," + rest;
        if (withAddress) {
            head += "\r\n+CIPRXGETIP:" + link.address + ":" + link.port;
        }
        call.data(head, mode == 2
                ? octets
                : HexFormat.of().formatHex(octets.getBytes(StandardCharsets.ISO_8859_1)).toUpperCase(Locale.ROOT))
                .ok();
    }
}
