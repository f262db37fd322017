package dev.gatehouse.tls;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Reads a ClientHello from the raw bytes of a connection.
///
/// - **Shape:** all bytes received so far → [Hello]; call again with more of them after [Hello.NeedMore].
/// - **Buffers:** borrows; reader index, writer index and contents stay as they are.
/// - **Errors:** never throws, whatever the bytes are.
/// - **Limits:** [#BYTES_MAX] bytes in [#RECORDS_MAX] records; what is longer is malformed.
/// - **Source:** RFC 8446 §4.1.2, §5.1; RFC 5246 §6.2.1, §7.4.1.2; RFC 6066 §3; RFC 7301 §3.1.
public final class ClientHelloParser {
    /// The longest ClientHello that is read, headers included. Post-quantum key shares make it 1 to 2 kB, rarely more.
    public static final int BYTES_MAX = 65_536;

    /// The most TLS records over which a ClientHello may be spread.
    public static final int RECORDS_MAX = 1_024;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER_BYTES = 5;
    private static final int MESSAGE_HEADER_BYTES = 4;
    private static final int RECORD_BYTES_MAX = 16_384;

    private ClientHelloParser() {}

    /// What the readable bytes of `in` are.
    public static Hello parse(ByteBuf in) {
        Hello early = refuseEarly(in);
        return early == null ? gather(in) : early;
    }

    private static @Nullable Hello refuseEarly(ByteBuf in) {
        int readable = in.readableBytes();
        int start = in.readerIndex();
        if (readable == 0) {
            return new Hello.NeedMore(RECORD_HEADER_BYTES);
        }
        int type = in.getUnsignedByte(start);
        if (type == 0x80 || type == 0x81) {
            return readable < 3
                    ? new Hello.NeedMore(3 - readable)
                    : new Hello.NotTls(in.getByte(start + 2) == CLIENT_HELLO
                            ? "a ClientHello of SSL 2"
                            : firstByte(type));
        }
        if (type < 20 || type > 24) {
            return new Hello.NotTls(firstByte(type));
        }
        if (readable >= 2 && in.getByte(start + 1) != 3) {
            return new Hello.NotTls("the first byte could be TLS, the version behind it is not");
        }
        if (type != HANDSHAKE) {
            return readable < 2
                    ? new Hello.NeedMore(1)
                    : new Hello.Malformed("a TLS record of type " + TlsNames.contentType(type)
                            + " came before the ClientHello");
        }
        return null;
    }

    private static String firstByte(int value) {
        return "the first byte is " + TlsNames.hex8(value) + ", a TLS handshake starts with 0x16";
    }

    /// Walks over the records until the message is complete, then copies it together.
    private static Hello gather(ByteBuf in) {
        int end = in.writerIndex();
        int at = in.readerIndex();
        byte[] header = new byte[MESSAGE_HEADER_BYTES];
        int gathered = 0;
        int needed = MESSAGE_HEADER_BYTES;
        for (int records = 1; gathered < needed; records++) {
            if (end - at < RECORD_HEADER_BYTES) {
                return new Hello.NeedMore(RECORD_HEADER_BYTES - (end - at) + Math.min(1, needed - gathered));
            }
            String why = whyNoHandshakeRecord(in, at);
            if (why != null) {
                return new Hello.Malformed(why);
            }
            if (records > RECORDS_MAX) {
                return new Hello.Malformed("spread over more than " + RECORDS_MAX + " TLS records");
            }
            int length = in.getUnsignedShort(at + 3);
            at += RECORD_HEADER_BYTES;
            if (at + length - in.readerIndex() > BYTES_MAX) {
                return new Hello.Malformed("longer than " + BYTES_MAX + " bytes");
            }
            int present = Math.min(length, end - at);
            for (int i = 0; i < present && gathered + i < MESSAGE_HEADER_BYTES; i++) {
                header[gathered + i] = in.getByte(at + i);
            }
            gathered += present;
            if (gathered >= 1 && header[0] != CLIENT_HELLO) {
                return new Hello.Malformed(
                        "the first handshake message has type " + (header[0] & 0xff) + ", not 1 (ClientHello)");
            }
            if (gathered >= MESSAGE_HEADER_BYTES) {
                needed = MESSAGE_HEADER_BYTES + ((header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | header[3] & 0xff);
                if (needed > BYTES_MAX - RECORD_HEADER_BYTES) {
                    return new Hello.Malformed("longer than " + BYTES_MAX + " bytes");
                }
            }
            if (gathered < needed && present < length) {
                return new Hello.NeedMore(Math.min(length - present, needed - gathered));
            }
            at += length;
        }
        return HelloBody.read(in.getUnsignedShort(in.readerIndex() + 1), copyMessage(in, needed));
    }

    private static @Nullable String whyNoHandshakeRecord(ByteBuf in, int at) {
        int type = in.getUnsignedByte(at);
        int length = in.getUnsignedShort(at + 3);
        if (type != HANDSHAKE) {
            return "a TLS record of type " + TlsNames.contentType(type) + " in the middle of the ClientHello";
        }
        if (in.getByte(at + 1) != 3) {
            return "a TLS record of version " + TlsNames.hex16(in.getUnsignedShort(at + 1));
        }
        if (length == 0) {
            return "an empty TLS handshake record";
        }
        if (length > RECORD_BYTES_MAX) {
            return "a TLS record of " + length + " bytes, at most " + RECORD_BYTES_MAX + " are allowed";
        }
        return null;
    }

    /// The `needed` bytes of the message without the headers of its records; [#gather] has checked that they are there.
    private static byte[] copyMessage(ByteBuf in, int needed) {
        byte[] message = new byte[needed];
        int at = in.readerIndex();
        for (int copied = 0; copied < needed;) {
            int length = Math.min(in.getUnsignedShort(at + 3), needed - copied);
            in.getBytes(at + RECORD_HEADER_BYTES, message, copied, length);
            copied += length;
            at += RECORD_HEADER_BYTES + length;
        }
        return message;
    }
}
