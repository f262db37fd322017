package dev.gatehouse.modem.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// User and password that SOCKS clients have to present (RFC 1929). Prints itself without the password.
public final class Login {
    private static final int BYTES_MAX = 255; // RFC 1929 §2

    private final byte[] user;
    private final byte[] password;

    /// @throws IllegalArgumentException when one of them is empty or longer than RFC 1929 allows
    public Login(String user, String password) {
        this.user = bytes("user name", user);
        this.password = bytes("password", password);
    }

    private static byte[] bytes(String what, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the " + what + " of SOCKS has 1 to " + BYTES_MAX + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    /// Takes a time that does not depend on where they differ.
    boolean matches(byte[] otherUser, byte[] otherPassword) {
        boolean sameUser = MessageDigest.isEqual(user, otherUser);
        boolean samePassword = MessageDigest.isEqual(password, otherPassword);
        return sameUser && samePassword;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Login that && matches(that.user, that.password);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(user);
    }

    @Override
    public String toString() {
        return new String(user, StandardCharsets.UTF_8) + ":***";
    }
}
