package dev.gatehouse.mqtt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// Bytes that must never be printed: a password. [#toString()] is `***`, because records print themselves.
public final class Secret {
    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A copy of these bytes.
    public static Secret copyOf(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /// The UTF-8 bytes of a text.
    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Number of bytes.
    public int length() {
        return bytes.length;
    }

    /// A fresh copy of the bytes; the caller wipes it.
    public byte[] reveal() {
        return bytes.clone();
    }

    /// Compares in a time that does not depend on where the two differ.
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
