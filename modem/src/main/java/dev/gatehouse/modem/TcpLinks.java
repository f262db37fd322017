package dev.gatehouse.modem;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Quoted;
import dev.gatehouse.modem.at.Trouble;

/// The modem's TCP connections by their numbers, and what the modem says about them by itself.
final class TcpLinks implements Connector {
    private static final int HOST_CHARACTERS_MAX = 254;
    private static final Pattern ANNOUNCED = Pattern.compile("\\+CIPRXGET: ?1,(\\d)");
    private static final Pattern CLOSED = Pattern.compile("\\+IPCLOSE: ?(\\d),(\\d+)");
    private static final Pattern LISTED = Pattern.compile("\\+CIPOPEN: ?(\\d)(,\"TCP\".*)?");
    private static final Pattern RESOLVED = Pattern.compile("\\+CDNSGIP: ?1,\"[^\"]*\",\"([^\"]+)\".*");
    private static final Duration HANG_UP = Duration.ofSeconds(10);
    private static final Duration RESOLVE = Duration.ofSeconds(60);

    private final AtEngine engine;
    private final ModemSettings settings;
    private final Runnable wakePump;
    private final Runnable doubt;
    private final Pushed pushed = new Pushed();
    private final LinkTable table;

    /// @param doubt called when something suggests that the modem has lost its network
    TcpLinks(AtEngine engine, ModemSettings settings, Runnable wakePump, Runnable doubt) {
        this.engine = engine;
        this.settings = settings;
        this.wakePump = wakePump;
        this.doubt = doubt;
        this.table = new LinkTable(settings.linksMax());
    }

    // ---- by the reader of the line ----

    /// @return whether the line was about a connection
    boolean heard(String line) {
        Matcher announced = ANNOUNCED.matcher(line);
        if (announced.matches()) {
            table.with(announced.group(1), Link::announced);
            return true;
        }
        Matcher closed = CLOSED.matcher(line);
        if (closed.matches()) {
            String cause = closed.group(2);
            table.with(closed.group(1), link -> link.peerClosed(cause.equals("1")
                    ? null
                    : new ModemException(Trouble.CLOSED_BY_MODEM, line)));
            return true;
        }
        return pushed.heard(line);
    }

    /// Data that the modem pushed.
    void data(String header, byte[] bytes) {
        table.countReceived(bytes.length);
        Link to = pushed.owner(header, bytes, table.open());
        if (to != null && !to.inbox.add(bytes)) {
            to.fail(new ModemException(Trouble.BYTES_LOST,
                    "the program reads too slowly, and pushed data cannot be held up"));
        }
    }

    /// All connections are gone; what the modem still has of them cannot be had any more.
    void failAll(ModemException why) {
        table.open().forEach(link -> link.fail(why));
    }

    /// The network is gone; what was received may still be there.
    void networkLost(ModemException why) {
        table.open().forEach(link -> link.peerClosed(why));
    }

    void doubt() {
        doubt.run();
    }

    // ---- by others ----

    LinkTable table() {
        return table;
    }

    @Override
    public Link connect(String host, int port, int timeoutMillis, Consumer<Link> early) throws IOException {
        String quoted = Quoted.host(host, HOST_CHARACTERS_MAX);
        long deadline = System.nanoTime() + Pump.nanos(timeoutMillis);
        if (settings.resolveFirst() && !isAddress(host)) {
            quoted = Quoted.host(resolve(host), HOST_CHARACTERS_MAX);
        }
        IOException inUse = null;
        for (int attempt = 0; attempt < table.size(); attempt++) {
            Link link = table.add(deadline,
                    n -> new TcpLink(n, this, engine, settings.receive(), settings.timing(), wakePump));
            early.accept(link);
            try (Awaited result = engine.expect("\\+CIPOPEN: ?" + link.number + ",\\d+")) {
                link.opening(result);
                int code = open(link, quoted + "," + port, result, deadline);
                link.opening(null);
                if (code == 0) {
                    pushed.opened(link, engine, settings.receive());
                    link.opened();
                    return link;
                }
                giveUp(link);
                // The number is taken, by an earlier program perhaps: giving up closes it, and another one is tried.
                if (code != 4 && code != 9) {
                    throw failed(code, host, port);
                }
                inUse = failed(code, host, port);
            } catch (ModemException e) {
                giveUp(link);
                if (e.trouble() == Trouble.TIMEOUT) {
                    throw timedOut(host, port, e);
                }
                throw e.trouble() == Trouble.CLOSED ? new SocketException("Socket closed", e) : e;
            } catch (IOException e) {
                giveUp(link);
                throw e;
            }
        }
        throw inUse != null ? inUse : new ModemException(Trouble.NO_FREE_LINK);
    }

    private static void giveUp(Link link) throws SocketException {
        link.close();
        link.opening(null);
        link.close();
    }

    private int open(Link link, String hostAndPort, Awaited result, long deadline) throws ModemException {
        Answer answer = engine.execute(Command.of("AT+CIPOPEN=" + link.number + ",\"TCP\"," + hostAndPort));
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        if (answer.ok()) {
            return code(result.await(left));
        }
        try {
            return code(result.await(Duration.ofMillis(1)));
        } catch (ModemException e) {
            if (e.trouble() != Trouble.TIMEOUT) {
                throw e;
            }
            throw new ModemException(Trouble.CONNECT_FAILED,
                    Codes.ipError(answer.failure().replaceFirst("\\+IP ERROR: ?", "")), e);
        }
    }

    private static int code(String line) {
        return Integer.parseInt(line.substring(line.lastIndexOf(',') + 1).strip());
    }

    private IOException failed(int code, String host, int port) {
        String peer = host + ":" + port;
        return switch (code) {
            case 2 -> {
                doubt();
                yield new ModemException(Trouble.NETWORK_LOST, Codes.socket(code));
            }
            case 10 -> timedOut(host, port, new ModemException(Trouble.CONNECT_TIMEOUT, Codes.socket(code)));
            case 11 -> unknown(host, Codes.socket(code));
            default -> {
                ModemException why = new ModemException(Trouble.CONNECT_FAILED, peer + ": " + Codes.socket(code));
                java.net.ConnectException refused = new java.net.ConnectException(why.getMessage());
                refused.initCause(why);
                yield refused;
            }
        };
    }

    private static IOException timedOut(String host, int port, ModemException why) {
        SocketTimeoutException late = new SocketTimeoutException("Connect timed out: " + host + ":" + port);
        late.initCause(why);
        return late;
    }

    private static UnknownHostException unknown(String host, String detail) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(new ModemException(Trouble.UNKNOWN_HOST, host + ": " + detail));
        return unknown;
    }

    /// Has the modem look up a host name.
    ///
    /// @throws UnknownHostException when it finds none
    String resolve(String host) throws IOException {
        Answer answer = engine.execute(Command.of("AT+CDNSGIP=" + Quoted.host(host, HOST_CHARACTERS_MAX))
                .answers("\\+CDNSGIP: ?\\d+,.*|\\d+,\".*").within(RESOLVE));
        for (String line : answer.lines()) {
            Matcher resolved = RESOLVED.matcher(line);
            if (resolved.matches()) {
                return resolved.group(1);
            }
        }
        throw unknown(host, answer.ok() ? "no answer" : answer.toString());
    }

    private static boolean isAddress(String host) {
        return host.matches("[0-9.]+") || host.indexOf(':') >= 0;
    }

    void hangUp(int number) throws ModemException {
        try (Awaited closed = engine.expect("\\+CIPCLOSE: ?" + number + ",\\d+")) {
            if (engine.execute(Command.of("AT+CIPCLOSE=" + number)).ok()) {
                closed.await(HANG_UP);
            }
        } finally {
            pushed.closed(number);
        }
    }

    /// Whether the modem has forgotten how it was set to receive: only a start does that, a lost network does not.
    boolean hasStartedAnew() throws ModemException {
        Answer mode = engine.execute(Command.of("AT+CIPRXGET?").answers("\\+CIPRXGET: ?\\d"));
        return !mode.ok() || mode.after("+CIPRXGET:").equals("0") != (settings.receive() == Receive.PUSH);
    }

    /// Finds connections that are closed though nobody said so. A modem that has lost its network, or everything because it
    /// started anew, has none open either: then that is for the keeper to find out.
    void lookForClosed() throws ModemException {
        List<Link> known = table.open();
        Answer answer = engine.execute(Command.of("AT+CIPOPEN?").answers("\\+CIPOPEN: ?\\d(?:,\".*)?"));
        Answer network = engine.execute(Command.of("AT+NETOPEN?").answers("\\+NETOPEN: ?\\d.*"));
        if (!answer.ok() || !network.after("+NETOPEN:").startsWith("1") || hasStartedAnew()) {
            doubt();
            return;
        }
        for (String line : answer.lines()) {
            Matcher listed = LISTED.matcher(line);
            if (listed.matches() && listed.group(2) == null) {
                int number = Integer.parseInt(listed.group(1));
                known.stream().filter(link -> link.number == number && link.state() == Link.State.OPEN)
                        .forEach(link -> link.peerClosed(null));
            }
        }
    }
}
