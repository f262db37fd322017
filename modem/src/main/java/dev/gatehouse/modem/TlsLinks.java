package dev.gatehouse.modem;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Quoted;
import dev.gatehouse.modem.at.Trouble;

/// The modem's two TLS connections by their numbers.
final class TlsLinks {
    private static final int LINKS = 2;
    private static final int HOST_CHARACTERS_MAX = 256;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pattern EVENT = Pattern.compile("\\+CCHEVENT: ?(\\d),RECV EVENT");
    private static final Pattern PEER_CLOSED = Pattern.compile("\\+CCH_PEER_CLOSED: ?(\\d)");
    private static final Pattern RECV_CLOSED = Pattern.compile("\\+CCH_RECV_CLOSED: ?(\\d),(\\d+)");

    private final AtEngine engine;
    private final Timing timing;
    private final Runnable wakePump;
    private final ReentrantLock starting = new ReentrantLock();
    private final LinkTable table = new LinkTable(LINKS);
    private volatile boolean started;
    private volatile boolean reportsSends;

    TlsLinks(AtEngine engine, Timing timing, Runnable wakePump) {
        this.engine = engine;
        this.timing = timing;
        this.wakePump = wakePump;
    }

    /// @return whether the line was about a connection
    boolean heard(String line) {
        Matcher event = EVENT.matcher(line);
        if (event.matches()) {
            table.with(event.group(1), Link::announced);
            return true;
        }
        Matcher closed = PEER_CLOSED.matcher(line);
        if (closed.matches()) {
            table.with(closed.group(1), link -> link.peerClosed(null));
            return true;
        }
        Matcher broken = RECV_CLOSED.matcher(line);
        if (broken.matches()) {
            int code = Integer.parseInt(broken.group(2));
            table.with(broken.group(1), link -> link.peerClosed(code == 0 || code == 4
                    ? null
                    : new ModemException(Trouble.CLOSED_BY_MODEM, Codes.tls(code))));
            return true;
        }
        if (line.equals("+CCH: CCH STOP")) {
            started = false;
            failAll(new ModemException(Trouble.NETWORK_LOST, line));
            return true;
        }
        return false;
    }

    /// All connections are gone, and the service has to be started again.
    void failAll(ModemException why) {
        started = false;
        table.open().forEach(link -> link.fail(why));
    }

    LinkTable table() {
        return table;
    }

    boolean reportsSends() {
        return reportsSends;
    }

    Connector connector(ModemTls tls) {
        return (host, port, timeoutMillis, early) -> connect(tls, host, port, timeoutMillis, early);
    }

    private Link connect(ModemTls tls, String host, int port, int timeoutMillis, Consumer<Link> early)
            throws IOException {
        String quoted = Quoted.host(host, HOST_CHARACTERS_MAX);
        start();
        Link link = table.add(System.nanoTime() + Pump.nanos(timeoutMillis),
                n -> new TlsLink(n, this, engine, timing, wakePump));
        early.accept(link);
        try (Awaited result = engine.expect("\\+CCHOPEN: ?" + link.number + ",\\d+")) {
            link.opening(result);
            TlsConfig.write(engine, link.number, tls);
            engine.require(Command.of("AT+CCHSSLCFG=" + link.number + "," + link.number));
            Answer answer = engine.execute(Command.of("AT+CCHOPEN=" + link.number + "," + quoted + "," + port + ",2"));
            int code = code(result.await(answer.ok() ? Duration.ofMillis(timeoutMillis) : Duration.ofMillis(1)));
            link.opening(null);
            if (code != 0) {
                throw failed(code, host, port);
            }
            link.opened();
            return link;
        } catch (ModemException e) {
            giveUp(link);
            if (e.trouble() == Trouble.TIMEOUT) {
                SocketTimeoutException late = new SocketTimeoutException("Connect timed out: " + host + ":" + port);
                late.initCause(e);
                throw late;
            }
            throw e.trouble() == Trouble.CLOSED ? new SocketException("Socket closed", e) : e;
        } catch (IOException e) {
            giveUp(link);
            throw e;
        }
    }

    private static void giveUp(Link link) throws SocketException {
        link.opening(null);
        link.close();
    }

    static int code(String line) {
        return Integer.parseInt(line.substring(Math.max(line.lastIndexOf(','), line.lastIndexOf(':')) + 1).strip());
    }

    private static IOException failed(int code, String host, int port) {
        ModemException why = new ModemException(
                code == 13
                        ? Trouble.UNKNOWN_HOST
                        : code == 15 || code == 19 ? Trouble.TLS_FAILED : Trouble.CONNECT_FAILED,
                host + ":" + port + ": " + Codes.tls(code));
        return switch (code) {
            case 13 -> caused(new UnknownHostException(host), why);
            case 15, 19 -> caused(new SSLHandshakeException(why.getMessage()), why);
            case 5 -> caused(new SocketTimeoutException(why.getMessage()), why);
            default -> caused(new java.net.ConnectException(why.getMessage()), why);
        };
    }

    private static IOException caused(IOException outer, ModemException why) {
        outer.initCause(why);
        return outer;
    }

    private void start() throws ModemException {
        starting.lock();
        try {
            if (started) {
                return;
            }
            // Before the start: a report after each piece that was sent, and received data fetched, not pushed.
            reportsSends = engine.execute(Command.of("AT+CCHSET=1,1")).ok();
            try {
                int code = code(engine.resultOf(Command.of("AT+CCHSTART"), "\\+CCHSTART: ?\\d+", START));
                if (code != 0) {
                    throw new ModemException(Trouble.TLS_FAILED, "+CCHSTART: " + Codes.tls(code));
                }
            } catch (ModemException e) {
                // A plain ERROR says that it was started before: by an earlier program, whose settings may differ.
                if (e.trouble() != Trouble.REFUSED) {
                    throw e;
                }
                restart();
            }
            started = true;
        } finally {
            starting.unlock();
        }
    }

    private void restart() throws ModemException {
        engine.resultOf(Command.of("AT+CCHSTOP"), "\\+CCHSTOP: ?\\d+", START);
        reportsSends = engine.execute(Command.of("AT+CCHSET=1,1")).ok();
        int code = code(engine.resultOf(Command.of("AT+CCHSTART"), "\\+CCHSTART: ?\\d+", START));
        if (code != 0) {
            throw new ModemException(Trouble.TLS_FAILED, "+CCHSTART: " + Codes.tls(code));
        }
    }
}
