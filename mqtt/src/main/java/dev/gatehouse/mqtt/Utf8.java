package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What MQTT 5 §1.5.4 allows in a string: well-formed UTF-8 without surrogates and without U+0000.
///
/// U+FEFF stays [MQTT-1.5.4-3]; control characters and non-characters pass, as the standard only advises against them.
final class Utf8 {
    private Utf8() {}

    /// How many bytes from `start` on are U+0001 to U+007F, at most `bytes`.
    static int plainBytes(ByteBuf in, int start, int bytes) {
        for (int i = 0; i < bytes; i++) {
            if (in.getByte(start + i) <= 0) {
                return i;
            }
        }
        return bytes;
    }

    /// The rule these bytes break, or null.
    static @Nullable Violation violation(ByteBuf in, int start, int bytes) {
        int end = start + bytes;
        int at = start;
        while (at < end) {
            int lead = in.getUnsignedByte(at);
            if (lead == 0) {
                return Violation.STRING_CONTAINS_NULL;
            }
            int length = sequenceBytes(lead);
            if (length == 0 || length > end - at) {
                return Violation.STRING_NOT_UTF8;
            }
            for (int i = 1; i < length; i++) {
                if ((in.getByte(at + i) & 0xC0) != 0x80) {
                    return Violation.STRING_NOT_UTF8;
                }
            }
            if (length > 2 && !isSecondByteAllowed(lead, in.getUnsignedByte(at + 1))) {
                return Violation.STRING_NOT_UTF8;
            }
            at += length;
        }
        return null;
    }

    /// 1 to 4, or 0 where no sequence starts with this byte: C0 and C1 would be over-long, F5 and above too large.
    private static int sequenceBytes(int lead) {
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xC2) {
            return 0;
        }
        if (lead < 0xE0) {
            return 2;
        }
        if (lead < 0xF0) {
            return 3;
        }
        return lead < 0xF5 ? 4 : 0;
    }

    /// RFC 3629 §4: keeps out over-long forms, surrogates and what lies beyond U+10FFFF.
    private static boolean isSecondByteAllowed(int lead, int second) {
        return switch (lead) {
            case 0xE0 -> second >= 0xA0;
            case 0xED -> second < 0xA0;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second < 0x90;
            default -> true;
        };
    }
}
