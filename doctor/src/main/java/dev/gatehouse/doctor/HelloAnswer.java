package dev.gatehouse.doctor;

import dev.gatehouse.tls.TlsNames;

/// The first record with which a server answers a [RawHello].
sealed interface HelloAnswer {
    /// The server goes on with this version and cipher suite.
    record Agreed(int version, int cipherSuite) implements HelloAnswer {}

    /// The server refuses.
    record Alert(int level, int number) implements HelloAnswer {
        String name() {
            return TlsNames.alert(number);
        }
    }

    /// More bytes are needed.
    record Incomplete() implements HelloAnswer {}

    /// Not an answer of TLS.
    record NotTls() implements HelloAnswer {}

    int SUPPORTED_VERSIONS = 43;

    /// Reads the first `count` bytes.
    static HelloAnswer read(byte[] bytes, int count) {
        if (count < 5) {
            return count > 0 && bytes[0] != 22 && bytes[0] != 21 ? new NotTls() : new Incomplete();
        }
        int length = u16(bytes, 3);
        if (bytes[1] != 3 || length == 0 || length > 16_640) {
            return new NotTls();
        }
        return switch (bytes[0]) {
            case 21 -> count < 7 ? new Incomplete() : new Alert(bytes[5] & 0xff, bytes[6] & 0xff);
            case 22 -> serverHello(bytes, count);
            default -> new NotTls();
        };
    }

    private static HelloAnswer serverHello(byte[] bytes, int count) {
        // record 5, message header 4, version 2, random 32, session id 1 + n, cipher suite 2, compression 1
        int sessionId = 5 + 4 + 2 + 32;
        if (count > 5 && bytes[5] != 2) {
            return new NotTls();
        }
        if (count <= sessionId) {
            return new Incomplete();
        }
        int suite = sessionId + 1 + (bytes[sessionId] & 0xff);
        if (count < suite + 2) {
            return new Incomplete();
        }
        int end = 5 + 4 + ((bytes[6] & 0xff) << 16 | u16(bytes, 7));
        if (count < Math.min(end, 5 + u16(bytes, 3))) {
            return new Incomplete();
        }
        return new Agreed(version(bytes, suite + 3, Math.min(end, count), u16(bytes, 9)), u16(bytes, suite));
    }

    /// TLS 1.3 says its version in an extension.
    private static int version(byte[] bytes, int extensions, int end, int legacy) {
        int at = extensions + 2;
        while (at + 4 <= end) {
            if (u16(bytes, at) == SUPPORTED_VERSIONS && at + 6 <= end) {
                return u16(bytes, at + 4);
            }
            at += 4 + u16(bytes, at + 2);
        }
        return legacy;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
