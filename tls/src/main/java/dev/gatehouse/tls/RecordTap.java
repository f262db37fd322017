package dev.gatehouse.tls;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Watches one direction of a TLS connection in front of the engine and notes the alerts that can be read there.
///
/// An engine reports what it made of an alert, which is not always what was sent: a TLS 1.3 client that rejects the
/// server's certificate sends its alert in plaintext (`15 03 03 00 02 02 30`), and the JDK's engine, which has
/// switched to decryption by then, reports a failed AEAD decryption instead.
///
/// - **Thread:** the connection's event loop.
/// - **Buffers:** borrows, changes no index; keeps the header of the current record (5 bytes) and 2 alert bytes.
/// - **Errors:** never throws. What is no TLS record ends the watching: [#isLost()].
/// - **Limits:** keeps the first [#ALERTS_MAX] alerts and counts the rest.
/// - **Source:** RFC 8446 §5.1, §6; RFC 5246 §6.2.1, §7.2.
public final class RecordTap {
    /// How many alerts of one connection and direction are kept.
    public static final int ALERTS_MAX = 4;

    private static final int HEADER_BYTES = 5;
    private static final int TYPE_FIRST = 20;
    private static final int TYPE_LAST = 24;
    private static final int ALERT = 21;

    private final long[] records = new long[TYPE_LAST - TYPE_FIRST + 1];
    private final long[] bytes = new long[TYPE_LAST - TYPE_FIRST + 1];
    private final List<Alert> alerts = new ArrayList<>(1);
    private int alertsSeen;
    private boolean lost;

    private int headerBytes;
    private int type;
    private int length;
    private int payloadSeen;
    private int alertLevel;

    /// An alert record.
    public sealed interface Alert {
        /// Handshake records seen before it in this direction.
        long handshakeRecordsBefore();

        /// Application data records seen before it in this direction. In TLS 1.3 these carry the encrypted part of the
        /// handshake too.
        long applicationRecordsBefore();

        /// For example `fatal unknown_ca (48)`.
        String text();

        /// An alert that could be read.
        ///
        /// @param level 1 warning, 2 fatal; other values as they came
        /// @param number 0 to 255, see [TlsAlert#of]
        record Plain(int level, int number, long handshakeRecordsBefore,
                long applicationRecordsBefore) implements Alert {
            /// The alert by name; null when the number is not registered.
            public @Nullable TlsAlert alert() {
                return TlsAlert.of(number);
            }

            @Override
            public String text() {
                return TlsNames.alertLevel(level) + " " + TlsNames.alert(number) + " (" + number + ")";
            }
        }

        /// An encrypted alert of TLS 1.2 or before: only the engine can read it. The encrypted alerts of TLS 1.3 look
        /// like application data and are not seen at all.
        ///
        /// @param payloadBytes of the record
        record Encrypted(int payloadBytes, long handshakeRecordsBefore,
                long applicationRecordsBefore) implements Alert {
            @Override
            public String text() {
                return "encrypted alert";
            }
        }
    }

    /// The content types that are counted, RFC 8446 §5.1.
    public enum ContentType {
        /// 20
        CHANGE_CIPHER_SPEC,
        /// 21
        ALERT,
        /// 22
        HANDSHAKE,
        /// 23
        APPLICATION_DATA,
        /// 24
        HEARTBEAT
    }

    /// Looks at the readable bytes of `in`, which follow those of the call before.
    public void see(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end && !lost) {
            if (headerBytes < HEADER_BYTES) {
                seeHeader(in.getUnsignedByte(at++));
            } else {
                int step = Math.min(end - at, length - payloadSeen);
                if (type == ALERT && length == 2) {
                    seeAlert(in, at, step);
                }
                at += step;
                payloadSeen += step;
                if (payloadSeen == length) {
                    headerBytes = 0;
                }
            }
        }
    }

    /// True after bytes that are no TLS record: nothing is watched from there on.
    public boolean isLost() {
        return lost;
    }

    /// The alert that tells most: the first fatal one, else the first other than `close_notify`, else the first.
    public @Nullable Alert alert() {
        Alert best = null;
        for (Alert alert : alerts) {
            if (best == null || weight(alert) > weight(best)) {
                best = alert;
            }
        }
        return best;
    }

    /// The first [#ALERTS_MAX] alerts in their order.
    public List<Alert> alerts() {
        return List.copyOf(alerts);
    }

    /// How many alerts there were, also beyond those kept.
    public int alertsSeen() {
        return alertsSeen;
    }

    /// Records of this type, the one that is not yet complete included.
    public long records(ContentType type) {
        return records[type.ordinal()];
    }

    /// Payload bytes of the records of this type as announced by their headers.
    public long payloadBytes(ContentType type) {
        return bytes[type.ordinal()];
    }

    private static int weight(Alert alert) {
        return switch (alert) {
            case Alert.Plain plain when plain.level() == 2 -> 3;
            case Alert.Plain plain when plain.number() != TlsAlert.CLOSE_NOTIFY.number() -> 2;
            case Alert.Plain _ -> 1;
            case Alert.Encrypted _ -> 1;
        };
    }

    private void seeHeader(int value) {
        switch (headerBytes++) {
            case 0 -> {
                type = value;
                lost = value < TYPE_FIRST || value > TYPE_LAST;
            }
            case 1 -> lost = value != 3;
            case 2 -> {
                // The minor version: 1 to 4 in practice, and it does not matter here.
            }
            case 3 -> length = value << 8;
            case 4 -> {
                length |= value;
                beginRecord();
            }
            default -> throw new AssertionError("a header has 5 bytes");
        }
    }

    private void beginRecord() {
        payloadSeen = 0;
        records[type - TYPE_FIRST]++;
        bytes[type - TYPE_FIRST] += length;
        if (type == ALERT && length != 2) {
            keep(new Alert.Encrypted(length, records(ContentType.HANDSHAKE), records(ContentType.APPLICATION_DATA)));
        }
        if (length == 0) {
            headerBytes = 0;
        }
    }

    private void seeAlert(ByteBuf in, int at, int step) {
        for (int i = 0; i < step; i++) {
            int value = in.getUnsignedByte(at + i);
            if (payloadSeen + i == 0) {
                alertLevel = value;
            } else {
                keep(new Alert.Plain(alertLevel, value, records(ContentType.HANDSHAKE),
                        records(ContentType.APPLICATION_DATA)));
            }
        }
    }

    private void keep(Alert alert) {
        alertsSeen++;
        if (alerts.size() < ALERTS_MAX) {
            alerts.add(alert);
        }
    }
}
