package dev.gatehouse.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.at.Line;

/// A modem in memory for tests: as much of one as sockets need, well-behaved or not, always the same for the same seed.
///
/// Hosts: `echo` gives back what it gets; `source-N` sends N bytes ([#content]) and closes; `sink` takes everything;
/// `nobody` refuses; `nowhere` is no known name.
final class ScriptedModem implements Line {
    /// What it does beside its work, each with a probability.
    record Mischief(double chatter, double blankLines, double loseAnnouncement, double loseClose, double busy,
            double promptDelayed, int chunkMax) {
        static Mischief none() {
            return new Mischief(0, 0, 0, 0, 0, 0, 100_000);
        }

        /// Only chunks, words in between and lines too many: nothing is lost.
        static Mischief talkative(Random random) {
            return new Mischief(random.nextDouble() * 0.5, random.nextDouble() * 0.3, 0, 0, random.nextDouble() * 0.2,
                    0,
                    1 + random.nextInt(100));
        }
    }

    private static final class Peer {
        final String host;
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        byte[] waiting = new byte[0];
        boolean closing;
        boolean announced;
        boolean closed;

        Peer(String host) {
            this.host = host;
        }
    }

    private static final List<String> CHATTER = List.of("+CEREG: 1", "+CGEV: EPS PDN ACT 1", "RING",
            "+CTZV: +04,0", "+CMTI: \"SM\",1", "+CREG: 1,\"00A1\",\"0B2C\"");
    private static final Pattern OPEN = Pattern.compile("AT\\+CIPOPEN=(\\d),\"TCP\",\"([^\"]+)\",(\\d+)");
    private static final Pattern SEND = Pattern.compile("AT\\+CIPSEND=(\\d),(\\d+)");
    private static final Pattern GET = Pattern.compile("AT\\+CIPRXGET=([234]),(\\d)(?:,(\\d+))?");
    private static final Pattern CLOSE = Pattern.compile("AT\\+CIPCLOSE=(\\d)");

    private final Random random;
    private final Mischief mischief;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream commandLine = new ByteArrayOutputStream();
    private final List<String> log = new ArrayList<>();
    private final @Nullable Peer[] peers = new @Nullable Peer[10];
    private ByteArrayOutputStream output = new ByteArrayOutputStream();
    private byte @Nullable [] payload;
    private int payloadBytes;
    private int payloadLink;
    private boolean closed = true;
    private boolean silent;
    private boolean echo = true;
    private boolean netOpen;
    private int receiveMode;
    private int sim = 1;
    private String pin = "";
    /// The next payload command gets no prompt.
    private boolean losePrompt;
    private int dropOutputAfter = -1;

    ScriptedModem(long seed, Mischief mischief) {
        this.random = new Random(seed);
        this.mischief = mischief;
    }

    static byte[] content(String host) {
        byte[] bytes = new byte[Integer.parseInt(host.substring(host.indexOf('-') + 1))];
        new Random(bytes.length).nextBytes(bytes);
        byte[] trap = "\r\nOK\r\n\r\nERROR\r\n+IPCLOSE: 0,1\r\n>\u001a\u001b\r\n*ATREADY: 1\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 40; at + trap.length < bytes.length; at += 700) {
            System.arraycopy(trap, 0, bytes, at, trap.length);
        }
        return bytes;
    }

    // ---- what tests do to it ----

    void locked(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void wantPin(String right) {
        sim = 0;
        pin = right;
    }

    void losePrompt() {
        locked(() -> losePrompt = true);
    }

    void silence(boolean on) {
        locked(() -> silent = on);
    }

    /// After this many more bytes of output, one is lost.
    void dropOneByteAfter(int bytes) {
        locked(() -> dropOutputAfter = bytes);
    }

    void reboot(boolean announceIt) {
        locked(() -> {
            echo = true;
            netOpen = false;
            receiveMode = 0;
            payload = null;
            commandLine.reset();
            java.util.Arrays.fill(peers, null);
            if (announceIt) {
                say("*ATREADY: 1");
                say("+CPIN: READY");
                say("SMS DONE");
                say("PB DONE");
            }
        });
    }

    void loseNetwork() {
        locked(() -> {
            netOpen = false;
            for (Peer peer : peers) {
                if (peer != null) {
                    peer.closed = true;
                }
            }
            say("+CGEV: NW PDN DEACT 1");
            say("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY");
        });
    }

    void unplug() {
        locked(() -> closed = true);
    }

    /// The peer of this link sends and may then close, in this very order, without a break.
    void peerSends(int link, byte[] bytes, boolean thenClose) {
        locked(() -> {
            Peer peer = java.util.Objects.requireNonNull(peers[link]);
            peer.waiting = join(peer.waiting, bytes);
            peer.closing = thenClose;
            flow(link, peer);
        });
    }

    byte[] got(int link) {
        lock.lock();
        try {
            return java.util.Objects.requireNonNull(peers[link]).got.toByteArray();
        } finally {
            lock.unlock();
        }
    }

    List<String> commands() {
        lock.lock();
        try {
            return List.copyOf(log);
        } finally {
            lock.unlock();
        }
    }

    // ---- the line ----

    @Override
    public void open() {
        locked(() -> closed = false);
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        lock.lock();
        try {
            while (output.size() == 0 && !closed) {
                changed.await();
            }
            if (closed) {
                throw new IOException("unplugged");
            }
            byte[] all = output.toByteArray();
            int n = Math.min(all.length, 1 + random.nextInt(Math.min(buffer.length, mischief.chunkMax)));
            System.arraycopy(all, 0, buffer, 0, n);
            output = new ByteArrayOutputStream();
            output.write(all, n, all.length - n);
            return n;
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("unplugged");
            }
            for (byte b : bytes) {
                take(b);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        locked(() -> closed = true);
    }

    private void take(byte b) {
        byte[] into = payload;
        if (into != null) {
            into[payloadBytes++] = b;
            if (payloadBytes == into.length) {
                payload = null;
                sent(into);
            }
            return;
        }
        if (silent) {
            return;
        }
        if (b != '\r') {
            if (b != '\n') {
                commandLine.write(b);
            }
            return;
        }
        String text = commandLine.toString(StandardCharsets.ISO_8859_1);
        commandLine.reset();
        int at = text.toUpperCase(java.util.Locale.ROOT).indexOf("AT");
        if (at < 0) {
            return;
        }
        String command = text.substring(at);
        log.add(command);
        if (echo) {
            raw(command + "\r");
        }
        chatter();
        answer(command);
    }

    private void answer(String command) {
        Matcher open = OPEN.matcher(command);
        Matcher send = SEND.matcher(command);
        Matcher get = GET.matcher(command);
        Matcher close = CLOSE.matcher(command);
        if (open.matches()) {
            opened(number(open.group(1)), open.group(2));
        } else if (send.matches()) {
            prompt(number(send.group(1)), number(send.group(2)));
        } else if (get.matches()) {
            read(get.group(1).charAt(0), number(get.group(2)), get.group(3) == null ? 1500 : number(get.group(3)));
        } else if (close.matches()) {
            int n = number(close.group(1));
            Peer peer = peers[n];
            peers[n] = null;
            if (peer == null || peer.closed) {
                say("+CIPCLOSE: " + n + ",4");
                say("ERROR");
            } else {
                say("OK");
                chatter();
                say("+CIPCLOSE: " + n + ",0");
            }
        } else {
            simple(command);
        }
    }

    private void simple(String command) {
        switch (command) {
            case "AT", "ATQ0", "ATV1", "AT+CMEE=2", "AT+CEREG=1", "AT+CREG=1", "AT+CIPHEAD=1", "AT+CIPSRIP=1" -> ok();
            case "ATE0" -> {
                echo = false;
                ok();
            }
            case "AT+CMEE?" -> ok("+CMEE: 2");
            case "AT+CPIN?" -> ok(sim == 1 ? "+CPIN: READY" : "+CPIN: SIM PIN");
            case "AT+CEREG?" -> ok("+CEREG: 1,1");
            case "AT+CSQ" -> ok("+CSQ: 21,99");
            case "AT+CIPRXGET=1" -> {
                receiveMode = 1;
                ok();
            }
            case "AT+CIPRXGET=0" -> {
                receiveMode = 0;
                ok();
            }
            case "AT+CIPRXGET?" -> ok("+CIPRXGET: " + receiveMode);
            case "AT+NETOPEN?" -> ok("+NETOPEN: " + (netOpen ? 1 : 0));
            case "AT+NETOPEN" -> {
                netOpen = true;
                ok();
                chatter();
                say("+NETOPEN: 0");
            }
            case "AT+IPADDR" -> ok("+IPADDR: 10.1.2.3");
            case "AT+CIPOPEN?" -> {
                StringBuilder lines = new StringBuilder("\r\n");
                for (int n = 0; n < peers.length; n++) {
                    Peer peer = peers[n];
                    lines.append("+CIPOPEN: ").append(n)
                            .append(peer == null || peer.closed ? "" : ",\"TCP\",\"10.0.0." + n + "\",1883,-1")
                            .append("\r\n");
                }
                raw(lines.toString());
                say("OK");
            }
            case String other when other.startsWith("AT+CPIN=") -> {
                if (other.equals("AT+CPIN=" + pin)) {
                    sim = 1;
                    ok();
                } else {
                    say("+CME ERROR: incorrect password");
                }
            }
            case String other when other.startsWith("AT+CGDCONT=") || other.startsWith("AT+CGAUTH=") -> ok();
            default -> say("ERROR");
        }
    }

    private void opened(int n, String host) {
        if (!netOpen) {
            say("+CIPOPEN: " + n + ",2");
            say("ERROR");
            return;
        }
        ok();
        chatter();
        if (host.equals("nobody") || host.equals("nowhere")) {
            say("+CIPOPEN: " + n + "," + (host.equals("nowhere") ? 11 : 1));
            return;
        }
        if (host.equals("slow")) {
            return;
        }
        Peer peer = new Peer(host);
        peers[n] = peer;
        say("+CIPOPEN: " + n + ",0");
        if (host.startsWith("source-")) {
            peer.waiting = content(host);
            peer.closing = true;
            flow(n, peer);
        }
    }

    private void prompt(int n, int length) {
        Peer peer = peers[n];
        if (peer == null || peer.closed) {
            say("+CIPERROR: " + (netOpen ? 4 : 2));
            say("ERROR");
        } else if (length < 1 || length > 1500) {
            say("+CIPERROR: 3");
            say("ERROR");
        } else if (random.nextDouble() < mischief.busy) {
            say("+CIPERROR: 8");
            say("ERROR");
        } else {
            payload = new byte[length];
            payloadBytes = 0;
            payloadLink = n;
            if (!losePrompt) {
                raw(List.of("\r\n>", "\r\n> ", "\r\n>\r\n").get(random.nextInt(3)));
            }
            losePrompt = false;
        }
    }

    private void sent(byte[] bytes) {
        Peer peer = java.util.Objects.requireNonNull(peers[payloadLink]);
        peer.got.writeBytes(bytes);
        chatter();
        if (random.nextInt(10) == 0) {
            say("+CIPSEND: " + payloadLink + "," + bytes.length + "," + bytes.length);
            say("OK");
        } else {
            say("OK");
            chatter();
            say("+CIPSEND: " + payloadLink + "," + bytes.length + "," + bytes.length);
        }
        if (peer.host.equals("echo")) {
            peer.waiting = join(peer.waiting, bytes);
            flow(payloadLink, peer);
        }
    }

    private void read(char mode, int n, int length) {
        Peer peer = peers[n];
        if (peer == null) {
            say("+IP ERROR: Connection is not created");
            say("ERROR");
            return;
        }
        if (mode == '4') {
            ok("+CIPRXGET: 4," + n + "," + peer.waiting.length);
            return;
        }
        int take = Math.min(Math.min(length, mode == '3' ? 750 : 1500), peer.waiting.length);
        if (random.nextInt(8) == 0 && take > 1) {
            take = 1 + random.nextInt(take);
        }
        if (take == 0) {
            peer.announced = false;
            say("+IP ERROR: No data");
            say("ERROR");
            return;
        }
        byte[] now = java.util.Arrays.copyOf(peer.waiting, take);
        peer.waiting = java.util.Arrays.copyOfRange(peer.waiting, take, peer.waiting.length);
        raw("\r\n+CIPRXGET: " + mode + "," + n + "," + take + "," + peer.waiting.length + "\r\n");
        emit(mode == '3' ? java.util.HexFormat.of().formatHex(now).getBytes(StandardCharsets.ISO_8859_1) : now);
        raw("\r\n");
        chatter();
        say("OK");
        if (peer.waiting.length == 0) {
            peer.announced = false;
        }
        flow(n, peer);
    }

    private void flow(int n, Peer peer) {
        if (peer.waiting.length > 0 && !peer.announced) {
            peer.announced = true;
            if (random.nextDouble() >= mischief.loseAnnouncement) {
                say("+CIPRXGET: 1," + n);
            }
        }
        if (peer.closing && !peer.closed) {
            peer.closed = true;
            if (random.nextDouble() >= mischief.loseClose) {
                say("+IPCLOSE: " + n + ",1");
            }
        }
    }

    private void ok(String... lines) {
        for (String line : lines) {
            say(line);
        }
        say("OK");
    }

    private void chatter() {
        if (random.nextDouble() < mischief.chatter) {
            say(CHATTER.get(random.nextInt(CHATTER.size())));
        }
    }

    private void say(String line) {
        raw("\r\n" + line + "\r\n" + (random.nextDouble() < mischief.blankLines ? "\r\n" : ""));
    }

    private void raw(String text) {
        emit(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void emit(byte[] bytes) {
        for (byte b : bytes) {
            if (dropOutputAfter == 0) {
                dropOutputAfter = -1;
                continue;
            }
            dropOutputAfter = Math.max(-1, dropOutputAfter - 1);
            output.write(b);
        }
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Override
    public String toString() {
        return "scripted modem";
    }
}
