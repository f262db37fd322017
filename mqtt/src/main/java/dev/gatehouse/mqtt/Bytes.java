package dev.gatehouse.mqtt;

import java.util.Arrays;
import java.util.HexFormat;

/// Immutable bytes with value semantics, for the small binary fields of a packet.
public final class Bytes {
    /// No bytes.
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A copy of these bytes.
    public static Bytes copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
    }

    /// Takes over the array: the caller must not touch it again.
    public static Bytes takeOver(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes);
    }

    /// Number of bytes.
    public int length() {
        return bytes.length;
    }

    /// A fresh copy of the bytes.
    public byte[] toArray() {
        return bytes.clone();
    }

    /// The bytes themselves, for writing them out. Must not be changed.
    public byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
