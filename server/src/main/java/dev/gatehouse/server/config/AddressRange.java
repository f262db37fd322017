package dev.gatehouse.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

import dev.gatehouse.mqtt.Bytes;

/// A range of IP addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3).
///
/// @param address 4 or 16 bytes; those after the prefix are zero
/// @param prefixBits 0 to 32 or 0 to 128
public record AddressRange(Bytes address, int prefixBits) {
    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address. Nothing is looked up.
    ///
    /// @throws IllegalArgumentException with what is wrong, as the end of a sentence
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] bytes = literal(slash < 0 ? text : text.substring(0, slash)).getAddress();
        int bits = slash < 0 ? bytes.length * 8 : prefix(text.substring(slash + 1), bytes.length * 8);
        for (int bit = bits; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
                throw new IllegalArgumentException("has bits set after the prefix of " + bits + " bits; the network is "
                        + network(bytes, bits) + "/" + bits);
            }
        }
        return new AddressRange(Bytes.copyOf(bytes), bits);
    }

    /// Is the address in the range? An IPv4 address mapped into IPv6 counts as IPv4.
    public boolean contains(InetAddress candidate) {
        byte[] own = address.shared();
        byte[] other = candidate.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int i = 0; i < own.length; i++) {
            int mask = maskOfByte(i, prefixBits);
            if ((own[i] & mask) != (other[i] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static int maskOfByte(int index, int bits) {
        int left = Math.clamp(bits - index * 8L, 0, 8);
        return 0xFF00 >> left & 0xFF;
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notAnAddress) {
            throw new IllegalArgumentException("must be an IP address or a range like 10.0.0.0/8 or fd00::/8",
                    notAnAddress);
        }
    }

    private static int prefix(String text, int bitsMax) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > bitsMax) {
            throw new IllegalArgumentException("must have a prefix length from 0 to " + bitsMax + " after the slash");
        }
        return Integer.parseInt(text);
    }

    private static String network(byte[] bytes, int bits) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] &= (byte) maskOfByte(i, bits);
        }
        try {
            return InetAddress.getByAddress(masked).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only the number of bytes is checked, and it is 4 or 16
        }
    }
}
