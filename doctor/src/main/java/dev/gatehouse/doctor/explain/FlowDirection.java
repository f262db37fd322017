package dev.gatehouse.doctor.explain;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.tls.ClientHelloParser;
import dev.gatehouse.tls.Hello;
import dev.gatehouse.tls.ServerName;
import dev.gatehouse.tls.TlsNames;

/// What one side of a captured connection sent.
final class FlowDirection {
    private static final int KEPT_BYTES_MAX = 4_096;
    private static final int HEADER = 5;

    /// What bytes turned out to be.
    sealed interface Seen {
        record TlsRecord(int type, int length, String words) implements Seen {}

        record Alert(int number, boolean readable) implements Seen {}

        record Hello(String serverName) implements Seen {}

        record Connect(String words) implements Seen {}

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
    private int next;
    private boolean lost;
    private boolean tls;
    private boolean begun;
    private boolean helloTold;
    private int dataRecords;
    private int firstDataLength;
    private @Nullable CipherFamily family;
    private final byte[] alert = new byte[2];

    FlowDirection(boolean client) {
        this.client = client;
    }

    void expect(int sequence) {
        expecting = true;
        next = sequence;
    }

    void bytes(int sequence, byte[] p, int from, int to, Consumer<Seen> tell) {
        int start = from;
        if (expecting) {
            int ahead = sequence - next;
            if (ahead > 0) {
                lost = true;
            }
            start = ahead < 0 ? from - ahead : from;
        }
        if (lost || start < from || start >= to) {
            return;
        }
        expecting = true;
        next = sequence + (to - from);
        if (!begun) {
            begun = true;
            begin(p, start, to, tell);
        }
        if (tls) {
            for (int i = start; i < to; i++) {
                one(p[i], tell);
            }
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
            boolean five = new String(p, from, Math.min(length, 12), StandardCharsets.ISO_8859_1)
                    .contains("MQTT\u0005");
            tell.accept(new Seen.Connect(five ? "MQTT 5 CONNECT" : "MQTT CONNECT"));
        } else if (!client && first == 0x20 && length >= 4) {
            tell.accept(new Seen.Connack(p[from + 3] & 0xff, (p[from + 1] & 0xff) > 2));
        } else {
            String text = new String(p, from, Math.min(length, 40), StandardCharsets.ISO_8859_1).lines().findFirst()
                    .orElse("");
            tell.accept(new Seen.Plain("unencrypted: " + dev.gatehouse.diagnosis.Shown.text(text, 40)));
        }
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
                dataRecords++;
                firstDataLength = dataRecords == 1 ? length : firstDataLength;
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
                if (hello.serverName() instanceof ServerName.HostName(_, String name)) {
                    tell.accept(new Seen.Hello(name));
                }
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
                    ? null
                    : name.contains("GCM") || name.endsWith("_CCM")
                            ? CipherFamily.AES_GCM
                            : name.contains("CHACHA20") ? CipherFamily.CHACHA20 : null;
        }
    }

    boolean isTls() {
        return tls;
    }

    int dataRecords() {
        return dataRecords;
    }

    int firstDataLength() {
        return firstDataLength;
    }

    /// Of the suite in the ServerHello; null for TLS 1.3, and when it is not known.
    @Nullable
    CipherFamily family() {
        return family;
    }
}
