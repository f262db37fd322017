package dev.gatehouse.tls;

import java.util.List;

import io.netty.buffer.ByteBuf;

/// What speaks at the other end, judged by the first bytes of a connection.
///
/// An answer other than [#NOTHING] and [#UNDECIDED] is final: further bytes do not change it.
public enum FirstBytes {
    /// No byte yet.
    NOTHING,
    /// The bytes so far are the beginning of more than one thing.
    UNDECIDED,
    /// A TLS handshake record.
    TLS,
    /// A ClientHello in the format of SSL 2, as stacks from before 2010 send it to offer SSL 3 or TLS 1.0.
    SSL2,
    /// An MQTT CONNECT: its first byte, a valid length, and room for a protocol name.
    MQTT,
    /// Another MQTT packet; the first one has to be CONNECT.
    MQTT_NOT_CONNECT,
    /// An HTTP/1 request.
    HTTP,
    /// The preface of HTTP/2.
    HTTP2,
    /// An SSH identification.
    SSH,
    /// A PROXY protocol header, version 1 (text).
    PROXY_V1,
    /// A PROXY protocol header, version 2 (binary).
    PROXY_V2,
    /// Something else.
    UNKNOWN;

    private static final List<Opening> OPENINGS = List.of(new Opening(HTTP, "GET "), new Opening(HTTP, "POST "),
            new Opening(HTTP, "PUT "), new Opening(HTTP, "HEAD "), new Opening(HTTP, "DELETE "),
            new Opening(HTTP, "OPTIONS "), new Opening(HTTP, "PATCH "), new Opening(HTTP, "CONNECT "),
            new Opening(HTTP, "TRACE "), new Opening(HTTP2, "PRI * HTTP/2"), new Opening(SSH, "SSH-"),
            new Opening(PROXY_V1, "PROXY "), new Opening(PROXY_V2, "\r\n\r\n\0\r\nQUIT\n"));

    private record Opening(FirstBytes kind, String ascii) {}

    /// Classifies the readable bytes of `in`, which it borrows without moving an index.
    ///
    /// Decides as soon as the bytes fit one kind only, after 12 bytes at the latest. Never throws.
    public static FirstBytes classify(ByteBuf in) {
        if (!in.isReadable()) {
            return NOTHING;
        }
        FirstBytes text = byOpening(in);
        if (text != UNKNOWN && text != UNDECIDED) {
            return text;
        }
        FirstBytes binary = byHeader(in);
        return binary == UNKNOWN ? text : binary;
    }

    private static FirstBytes byOpening(ByteBuf in) {
        boolean undecided = false;
        for (Opening opening : OPENINGS) {
            int compared = Math.min(in.readableBytes(), opening.ascii.length());
            boolean same = true;
            for (int i = 0; i < compared && same; i++) {
                same = byteAt(in, i) == opening.ascii.charAt(i);
            }
            if (same && compared == opening.ascii.length()) {
                return opening.kind;
            }
            undecided |= same;
        }
        return undecided ? UNDECIDED : UNKNOWN;
    }

    private static FirstBytes byHeader(ByteBuf in) {
        int first = byteAt(in, 0);
        return switch (first) {
            case 0x10 -> connect(in);
            case 0x16 -> byteAt(in, 1) < 0 ? UNDECIDED : byteAt(in, 1) == 3 ? TLS : UNKNOWN;
            // CONNACK, the answer of a server: a length of at least 2, then a byte that is 0 or 1.
            case 0x20 -> packet(in, 2, 0, 1);
            // PUBACK, PUBREC, PUBREL, PUBCOMP: in ASCII these are '@', 'P', 'b', 'p', so the length must be no text.
            case 0x40, 0x50, 0x62, 0x70 -> shortPacket(in, 2);
            case 0x80, 0x81 -> ssl2(in);
            case 0x82 -> packet(in, 5, 0, 255);
            case 0x90 -> packet(in, 3, 0, 255);
            case 0xa2 -> packet(in, 4, 0, 255);
            case 0xb0 -> packet(in, 2, 0, 255);
            case 0xc0, 0xd0 -> byteAt(in, 1) < 0 ? UNDECIDED : byteAt(in, 1) == 0 ? MQTT_NOT_CONNECT : UNKNOWN;
            case 0xe0, 0xf0 -> shortPacket(in, 0);
            default -> first >= 0x30 && first <= 0x3d && (first & 6) != 6 ? publish(in) : UNKNOWN;
        };
    }

    private static FirstBytes connect(ByteBuf in) {
        return switch (length(in)) {
            case Length.Open _ -> UNDECIDED;
            case Length.Invalid _ -> UNKNOWN;
            case Length.Known(int value, _) -> value >= 2 ? MQTT : UNKNOWN;
        };
    }

    /// A packet of at least `bytesMin` behind its length, the first of them between `low` and `high`.
    private static FirstBytes packet(ByteBuf in, int bytesMin, int low, int high) {
        return switch (length(in)) {
            case Length.Open _ -> UNDECIDED;
            case Length.Invalid _ -> UNKNOWN;
            case Length.Known(int value, int end) -> {
                if (value < bytesMin) {
                    yield UNKNOWN;
                }
                int next = byteAt(in, end);
                yield next < 0 ? UNDECIDED : next >= low && next <= high ? MQTT_NOT_CONNECT : UNKNOWN;
            }
        };
    }

    private static FirstBytes shortPacket(ByteBuf in, int bytesMin) {
        int length = byteAt(in, 1);
        return length < 0 ? UNDECIDED : length >= bytesMin && length < 0x20 ? MQTT_NOT_CONNECT : UNKNOWN;
    }

    /// PUBLISH starts like ASCII digits: its topic must fit into it.
    private static FirstBytes publish(ByteBuf in) {
        return switch (length(in)) {
            case Length.Open _ -> UNDECIDED;
            case Length.Invalid _ -> UNKNOWN;
            case Length.Known(int value, int end) -> {
                int high = byteAt(in, end);
                int low = byteAt(in, end + 1);
                if (value < 2 || high >= 0 && (high << 8) > value - 2) {
                    yield UNKNOWN;
                }
                yield low < 0 ? UNDECIDED : (high << 8 | low) <= value - 2 ? MQTT_NOT_CONNECT : UNKNOWN;
            }
        };
    }

    private static FirstBytes ssl2(ByteBuf in) {
        int type = byteAt(in, 2);
        int major = byteAt(in, 3);
        if (type >= 0 && type != 1) {
            return UNKNOWN;
        }
        return major < 0 ? UNDECIDED : major == 3 || major == 0 ? SSL2 : UNKNOWN;
    }

    private sealed interface Length {
        record Open() implements Length {}

        record Invalid() implements Length {}

        /// @param end where the bytes behind the length start, counted from the reader index
        record Known(int value, int end) implements Length {}
    }

    /// The Remaining Length, 1 to 4 bytes (MQTT 5 §2.1.4, §1.5.5).
    private static Length length(ByteBuf in) {
        int value = 0;
        for (int i = 1; i <= 4; i++) {
            int next = byteAt(in, i);
            if (next < 0) {
                return new Length.Open();
            }
            value |= (next & 0x7f) << 7 * (i - 1);
            if (next < 0x80) {
                return new Length.Known(value, i + 1);
            }
        }
        return new Length.Invalid();
    }

    /// The byte at this place behind the reader index, or -1 when it has not come yet.
    private static int byteAt(ByteBuf in, int index) {
        return index < in.readableBytes() ? in.getUnsignedByte(in.readerIndex() + index) : -1;
    }
}
