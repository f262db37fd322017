package dev.gatehouse.doctor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.util.List;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/// Writes a ClientHello that offers exactly one version of TLS, also one that no engine speaks any more.
///
/// It cannot go on with the handshake: the ServerHello that comes, or the alert, is the whole answer.
///
/// - **Source:** RFC 8446 §4.1.2, RFC 5246 §7.4.1.2.
final class RawHello {
    static final int TLS_1_0 = 0x0301;
    static final int TLS_1_1 = 0x0302;
    static final int TLS_1_2 = 0x0303;
    static final int TLS_1_3 = 0x0304;

    private static final List<Integer> SUITES_13 = List.of(0x1301, 0x1302, 0x1303);
    /// ECDHE, DHE and RSA with AES-GCM, ChaCha20, AES-CBC and 3DES: whatever a server of the last twenty years has.
    private static final List<Integer> SUITES_BEFORE = List.of(0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E,
            0x009F, 0xCCAA, 0xC023, 0xC027, 0xC009, 0xC013, 0xC00A, 0xC014, 0x009C, 0x009D, 0x003C, 0x003D, 0x0033,
            0x0039, 0x002F, 0x0035, 0xC008, 0xC012, 0x0016, 0x000A, 0x0005, 0x0004, 0xC0AC, 0xC0AE, 0xC0A0, 0xC09C,
            0x00FF);
    private static final List<Integer> GROUPS = List.of(0x001D, 0x0017, 0x0018, 0x0019);
    private static final List<Integer> SIGNATURES = List.of(0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806,
            0x0401, 0x0501, 0x0601, 0x0203, 0x0201);

    private RawHello() {}

    /// One record with the whole ClientHello.
    ///
    /// @param version [#TLS_1_0] to [#TLS_1_3]
    /// @param serverName null sends none
    static byte[] of(int version, @Nullable String serverName, RandomGenerator random) {
        boolean is13 = version == TLS_1_3;
        Block body = new Block();
        body.u16(Math.min(version, TLS_1_2)).bytes(random(random, 32));
        body.vector8(new Block().bytes(is13 ? random(random, 32) : new byte[0]));
        body.vector16(new Block().all16(is13 ? SUITES_13 : SUITES_BEFORE));
        body.vector8(new Block().u8(0));
        Block extensions = new Block();
        if (serverName != null) {
            byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
            extensions.u16(0).vector16(new Block().vector16(new Block().u8(0).vector16(new Block().bytes(name))));
        }
        extensions.u16(10).vector16(new Block().vector16(new Block().all16(GROUPS)));
        extensions.u16(11).vector16(new Block().vector8(new Block().u8(0)));
        if (version >= TLS_1_2) {
            extensions.u16(13).vector16(new Block().vector16(new Block().all16(SIGNATURES)));
        }
        if (is13) {
            extensions.u16(43).vector16(new Block().vector8(new Block().u16(TLS_1_3)));
            extensions.u16(45).vector16(new Block().vector8(new Block().u8(1)));
            extensions.u16(51).vector16(new Block().vector16(
                    new Block().u16(0x001D).vector16(new Block().bytes(x25519()))));
        } else {
            extensions.u16(0xFF01).vector16(new Block().vector8(new Block()));
        }
        body.vector16(extensions);
        Block message = new Block().u8(1).u8(0).u16(body.size()).bytes(body.toArray());
        return new Block().u8(22).u16(TLS_1_0).vector16(message).toArray();
    }

    private static byte[] random(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A real public key: servers refuse some values.
    private static byte[] x25519() {
        try {
            XECPublicKey key = (XECPublicKey) KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic();
            byte[] big = key.getU().toByteArray();
            byte[] little = new byte[32];
            for (int i = 0; i < Math.min(32, big.length); i++) {
                little[i] = big[big.length - 1 - i];
            }
            return little;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has X25519", e);
        }
    }

    /// Bytes that grow.
    private static final class Block {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        int size() {
            return bytes.size();
        }

        byte[] toArray() {
            return bytes.toByteArray();
        }

        Block u8(int value) {
            bytes.write(value);
            return this;
        }

        Block u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Block all16(List<Integer> values) {
            values.forEach(this::u16);
            return this;
        }

        Block bytes(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        Block vector8(Block content) {
            return u8(content.size()).bytes(content.toArray());
        }

        Block vector16(Block content) {
            return u16(content.size()).bytes(content.toArray());
        }
    }
}
