package dev.gatehouse.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Builds the bytes of a ClientHello by hand, and reads captured ones.
final class HelloBytes {
    private int[] suites = {0x1301};
    private int legacyVersion = 0x0303;
    private int sessionIdBytes = 32;
    private boolean withoutExtensions;
    private final List<byte[]> extensions = new ArrayList<>();

    /// A hello as `openssl s_client` or another client sent it, from `src/test/resources/hello`.
    static byte[] captured(String name) {
        try (InputStream in = HelloBytes.class.getResourceAsStream("/hello/" + name + ".hex")) {
            if (in == null) {
                throw new IllegalArgumentException(name);
            }
            return HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.startsWith("#")).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HelloBytes suites(int... suites) {
        this.suites = suites;
        return this;
    }

    HelloBytes legacyVersion(int version) {
        this.legacyVersion = version;
        return this;
    }

    HelloBytes sessionId(int bytes) {
        this.sessionIdBytes = bytes;
        return this;
    }

    HelloBytes withoutExtensions() {
        this.withoutExtensions = true;
        return this;
    }

    HelloBytes extension(int id, String hex) {
        byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuf out = Unpooled.buffer().writeShort(id).writeShort(body.length).writeBytes(body);
        extensions.add(bytes(out));
        return this;
    }

    HelloBytes serverName(String name) {
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf out = Unpooled.buffer().writeShort(text.length + 3).writeByte(0).writeShort(text.length)
                .writeBytes(text);
        return extension(0, HexFormat.of().formatHex(bytes(out)));
    }

    HelloBytes alpn(String... names) {
        ByteBuf list = Unpooled.buffer();
        for (String name : names) {
            list.writeByte(name.length()).writeCharSequence(name, StandardCharsets.ISO_8859_1);
        }
        ByteBuf out = Unpooled.buffer().writeShort(list.readableBytes()).writeBytes(list);
        return extension(16, HexFormat.of().formatHex(bytes(out)));
    }

    /// An extension whose contents are a list of 16-bit numbers behind its length of 16 bits.
    HelloBytes list16(int id, int... values) {
        ByteBuf out = Unpooled.buffer().writeShort(2 * values.length);
        for (int value : values) {
            out.writeShort(value);
        }
        return extension(id, HexFormat.of().formatHex(bytes(out)));
    }

    HelloBytes supportedVersions(int... values) {
        ByteBuf out = Unpooled.buffer().writeByte(2 * values.length);
        for (int value : values) {
            out.writeShort(value);
        }
        return extension(43, HexFormat.of().formatHex(bytes(out)));
    }

    /// The handshake message, without record headers.
    byte[] message() {
        ByteBuf body = Unpooled.buffer().writeShort(legacyVersion).writeZero(32).writeByte(sessionIdBytes)
                .writeZero(sessionIdBytes).writeShort(2 * suites.length);
        for (int suite : suites) {
            body.writeShort(suite);
        }
        body.writeByte(1).writeByte(0);
        if (!withoutExtensions) {
            body.writeShort(extensions.stream().mapToInt(extension -> extension.length).sum());
            extensions.forEach(body::writeBytes);
        }
        return bytes(Unpooled.buffer().writeByte(1).writeMedium(body.readableBytes()).writeBytes(body));
    }

    /// In as few records as the limit of 16 384 bytes allows.
    byte[] records() {
        return records(message(), 16_384);
    }

    /// Cuts a message into records of this size.
    static byte[] records(byte[] message, int size) {
        ByteBuf out = Unpooled.buffer();
        for (int at = 0; at < message.length; at += size) {
            int length = Math.min(size, message.length - at);
            out.writeByte(22).writeShort(0x0301).writeShort(length).writeBytes(message, at, length);
        }
        return bytes(out);
    }

    static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
