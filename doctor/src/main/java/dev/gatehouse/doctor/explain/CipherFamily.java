package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// What a kind of cipher adds to a record: from the length on the wire follows the length of what is inside.
///
/// Source: RFC 5246 §6.2.3, RFC 5288, RFC 6655, RFC 7905, RFC 7366, RFC 8446 §5.2.
enum CipherFamily {
    AES_GCM("TLS 1.2 with AES-GCM or AES-CCM", 8, 16, 0, 0),
    AES_CCM_8("TLS 1.2 with AES-CCM-8", 8, 8, 0, 0),
    CHACHA20("TLS 1.2 with ChaCha20-Poly1305", 0, 16, 0, 0),
    TLS_1_3("TLS 1.3", 0, 16, 1, 0),
    CBC_SHA1("TLS 1.2 with AES-CBC and SHA-1", 16, 20, 0, 16),
    CBC_SHA256("TLS 1.2 with AES-CBC and SHA-256", 16, 32, 0, 16),
    CBC_SHA384("TLS 1.2 with AES-CBC and SHA-384", 16, 48, 0, 16);

    private final String words;
    private final int front;
    private final int tag;
    private final int type;
    private final int block;

    CipherFamily(String words, int front, int tag, int type, int block) {
        this.words = words;
        this.front = front;
        this.tag = tag;
        this.type = type;
        this.block = block;
    }

    String words() {
        return words;
    }

    /// Whether a record shows an explicit nonce, counting up from the handshake's Finished.
    boolean hasExplicitNonce() {
        return this == AES_GCM || this == AES_CCM_8;
    }

    /// The longest plaintext in a record of this length; empty when no such record has it.
    OptionalInt plaintext(int recordBytes) {
        int inside = recordBytes - front - tag - type;
        if (block > 0) {
            // MAC-then-encrypt: everything after the IV is whole blocks, with at least one byte of padding.
            inside = (recordBytes - front) % block == 0 ? inside - 1 : -1;
        }
        return inside > 0 ? OptionalInt.of(inside) : OptionalInt.empty();
    }

    /// Those under which every one of these lengths is possible.
    ///
    /// @param known what the ServerHello says; null when it is not known
    static List<CipherFamily> possible(List<Integer> recordBytes, boolean explicitNonce, @Nullable CipherFamily known) {
        return Stream.of(values()).filter(family -> !explicitNonce || family.hasExplicitNonce())
                .filter(family -> known == null || family == known)
                .filter(family -> recordBytes.stream().allMatch(length -> family.plaintext(length).isPresent()))
                .toList();
    }
}
