package dev.gatehouse.doctor.explain;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.tls.ClientHelloParser;
import dev.gatehouse.tls.Hello;
import dev.gatehouse.tls.ServerName;
import dev.gatehouse.tls.TlsNames;

/// What one side of a connection sent: TLS records, or MQTT that can be read.
///
/// Bytes may come twice or in another order; where some are missing for good, what follows is no longer read.
final class FlowDirection {
    private static final int KEPT_BYTES_MAX = 4_096;
    private static final int HEADER = 5;

    /// What bytes turned out to be.
    sealed interface Seen {
        record TlsRecord(int type, int length, String words) implements Seen {}

        record Alert(int number, boolean readable) implements Seen {}

        /// @param serverName empty when the ClientHello carries none
        record Hello(String serverName) implements Seen {}

        /// @param userName whether the CONNECT carries one
        record Connect(String words, boolean userName) implements Seen {}

        record Connack(int code, boolean five) implements Seen {}

        record Plain(String words) implements Seen {}
    }

    private final boolean client;
    private final byte[] kept = new byte[KEPT_BYTES_MAX];
    private int keptBytes;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private int remaining;
    private int type;
    private boolean encrypted;
    private boolean expecting;
    private int origin;
    private long next;
    private boolean lost;
    private final Ahead ahead;
    private boolean tls;
    private boolean begun;
    private boolean helloTold;
    private @Nullable CipherFamily family;
    private final byte[] alert = new byte[2];

    FlowDirection(boolean client, Ahead.Room room) {
        this.client = client;
        ahead = new Ahead(room);
    }

    /// @param sequence the number of the first byte
    void expect(int sequence) {
        if (!expecting || !begun) {
            expecting = true;
            origin = sequence;
            next = 0;
        }
    }

    /// Bytes from a place in the connection; sequence numbers are those of TCP.
    void bytes(int sequence, byte[] p, int from, int to, Consumer<Seen> tell) {
        if (lost || from >= to) {
            return;
        }
        if (!expecting) {
            expect(sequence);
        }
        // The nearest place with this sequence number: they wrap after 4 GiB.
        long at = next + (sequence - (int) (origin + next));
        if (at > next) {
            lost = !ahead.hold(at, p, from, to);
            if (lost) {
                ahead.clear();
            }
            return;
        }
        inOrder(at, p, from, to, tell);
        for (var segment = ahead.take(next); segment != null && !lost; segment = ahead.take(next)) {
            inOrder(segment.getKey(), segment.getValue(), 0, segment.getValue().length, tell);
        }
    }

    /// The bytes that follow those before.
    void more(byte[] p, Consumer<Seen> tell) {
        if (!lost) {
            inOrder(next, p, 0, p.length, tell);
        }
    }

    private void inOrder(long at, byte[] p, int from, int to, Consumer<Seen> tell) {
        long start = from + (next - at);
        if (start >= to) {
            return;
        }
        next = at + (to - from);
        int now = (int) start;
        if (!begun) {
            begun = true;
            begin(p, now, to, tell);
        }
        for (int i = now; tls && !lost && i < to; i++) {
            one(p[i], tell);
        }
    }

    private void begin(byte[] p, int from, int to, Consumer<Seen> tell) {
        int first = p[from] & 0xff;
        int length = to - from;
        tls = first >= 20 && first <= 23 && length > 1 && p[from + 1] == 3;
        if (tls) {
            return;
        }
        if (client && first == 0x10) {
            connect(new String(p, from, Math.min(length, 16), StandardCharsets.ISO_8859_1), tell);
        } else if (!client && first == 0x20 && length >= 4) {
            tell.accept(new Seen.Connack(p[from + 3] & 0xff, (p[from + 1] & 0xff) > 2));
        } else {
            String text = new String(p, from, Math.min(length, 40), StandardCharsets.ISO_8859_1).lines().findFirst()
                    .orElse("");
            tell.accept(new Seen.Plain("unencrypted: " + dev.gatehouse.diagnosis.Shown.text(text, 40)));
        }
    }

    /// MQTT 3.1.1 §3.1.2: protocol name, level, flags; the highest bit of the flags announces a user name.
    private static void connect(String start, Consumer<Seen> tell) {
        int name = Math.max(start.indexOf("MQTT"), start.indexOf("MQIsdp"));
        int level = name < 0 ? -1 : name + (start.startsWith("MQTT", name) ? 4 : 6);
        boolean five = level > 0 && level < start.length() && start.charAt(level) == 5;
        boolean userName = level < 0 || level + 1 >= start.length() || (start.charAt(level + 1) & 0x80) != 0;
        tell.accept(new Seen.Connect((five ? "MQTT 5 CONNECT" : "MQTT CONNECT")
                + (userName ? "" : " without a user name"), userName));
    }

    private void one(byte b, Consumer<Seen> tell) {
        if (keptBytes < KEPT_BYTES_MAX && !helloTold) {
            kept[keptBytes++] = b;
        }
        if (remaining > 0) {
            int at = Capture.int16(header, 3, false) - remaining;
            if (type == 21 && at < 2) {
                alert[at] = b;
            }
            remaining--;
            if (remaining == 0) {
                whole(tell);
            }
            return;
        }
        header[headerBytes++] = b;
        if (headerBytes == HEADER) {
            headerBytes = 0;
            type = header[0] & 0xff;
            remaining = Capture.int16(header, 3, false);
            if (type < 20 || type > 24 || remaining > 17_000) {
                lost = true;
            } else if (remaining == 0) {
                whole(tell);
            }
        }
    }

    private void whole(Consumer<Seen> tell) {
        int length = Capture.int16(header, 3, false);
        tell.accept(new Seen.TlsRecord(type, length, switch (type) {
            case 20 -> "TLS change cipher spec";
            case 21 -> "TLS alert, " + length + " bytes";
            case 22 ->
                encrypted ? "TLS handshake, encrypted, " + length + " bytes" : "TLS handshake, " + length + " bytes";
            default -> "TLS application data, " + length + " bytes";
        }));
        switch (type) {
            case 20 -> encrypted = true;
            case 21 -> tell.accept(new Seen.Alert(alert[1] & 0xff, !encrypted && length == 2));
            case 22 -> hello(tell);
            default -> {
                // data is encrypted: its length is all there is
            }
        }
    }

    private void hello(Consumer<Seen> tell) {
        if (helloTold) {
            return;
        }
        if (client) {
            if (ClientHelloParser
                    .parse(Unpooled.wrappedBuffer(kept, 0, keptBytes)) instanceof Hello.Complete(var hello)) {
                helloTold = true;
                tell.accept(new Seen.Hello(hello.serverName() instanceof ServerName.HostName(_, String name)
                        ? name
                        : ""));
            }
        } else {
            helloTold = true;
            serverHello();
        }
    }

    /// The chosen suite: RFC 5246 §7.4.1.3.
    private void serverHello() {
        int session = HEADER + 4 + 2 + 32;
        if (keptBytes <= session || kept[HEADER] != 2) {
            return;
        }
        int suiteAt = session + 1 + (kept[session] & 0xff);
        if (keptBytes >= suiteAt + 2) {
            String name = TlsNames.cipherSuite(Capture.int16(kept, suiteAt, false));
            family = name.startsWith("TLS_AES") || name.startsWith("TLS_CHACHA20")
                    ? CipherFamily.TLS_1_3
                    : name.contains("GCM") || name.endsWith("_CCM")
                            ? CipherFamily.AES_GCM
                            : name.contains("CHACHA20") ? CipherFamily.CHACHA20 : null;
        }
    }

    boolean isTls() {
        return tls;
    }

    /// Of the suite in the ServerHello; null when it is not known.
    @Nullable
    CipherFamily family() {
        return family;
    }
}
