package dev.gatehouse.tests.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A packet put together byte by byte, for what no correct client would send.
final class Bytewise {
    private final int first;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private Bytewise(int first) {
        this.first = first;
    }

    /// @param firstByte packet type and flags
    static Bytewise packet(int firstByte) {
        return new Bytewise(firstByte);
    }

    /// A CONNECT up to and without its properties.
    static Bytewise connect(String protocolName, int level, int flags, int keepAliveSeconds) {
        return packet(0x10).string(protocolName).u8(level).u8(flags).u16(keepAliveSeconds);
    }

    Bytewise u8(int value) {
        body.write(value);
        return this;
    }

    Bytewise u16(int value) {
        return u8(value >> 8).u8(value);
    }

    /// Length and UTF-8 bytes.
    Bytewise string(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Length and bytes, in hexadecimal.
    Bytewise binary(String hex) {
        return binary(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private Bytewise binary(byte[] bytes) {
        return u16(bytes.length).raw(bytes);
    }

    /// Bytes in hexadecimal.
    Bytewise hex(String hex) {
        return raw(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    Bytewise raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    /// The packet with the right remaining length.
    byte[] bytes() {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int length = body.size();
        do {
            packet.write(length < 128 ? length : length & 0x7F | 0x80);
            length >>= 7;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }
}
