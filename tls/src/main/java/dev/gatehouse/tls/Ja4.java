package dev.gatehouse.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The JA4 client fingerprint of TLS over TCP.
///
/// - **Shape:** `t` version `d|i` suites extensions ALPN `_` suites hashed `_` extensions and signatures hashed.
/// - **Source:** JA4 technical details, published by FoxIO (JA4 itself: BSD 3-Clause).
final class Ja4 {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SERVER_NAME = 0x0000;
    private static final int ALPN = 0x0010;
    private static final String NOTHING = "000000000000";

    private Ja4() {}

    static String of(ClientHello hello) {
        String extensions = sorted(hello.extensions().stream().filter(id -> id != SERVER_NAME && id != ALPN));
        String signatures = hello.signatureAlgorithms().stream().map(Ja4::hex).collect(Collectors.joining(","));
        return "t" + version(hello.highestVersion()) + (hello.extensions().contains(SERVER_NAME) ? "d" : "i")
                + count(hello.cipherSuites()) + count(hello.extensions()) + alpn(hello.alpn()) + "_"
                + hash(sorted(hello.cipherSuites().stream())) + "_"
                + (extensions.isEmpty()
                        ? NOTHING
                        : hash(signatures.isEmpty() ? extensions : extensions + "_" + signatures));
    }

    private static String version(int version) {
        return switch (version) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            case 0x0002 -> "s2";
            default -> "00";
        };
    }

    private static String count(List<Integer> values) {
        int count = Math.min(values.size(), 99);
        return count < 10 ? "0" + count : Integer.toString(count);
    }

    /// First and last character of the first name; of its hexadecimal form when one of them is no letter or digit.
    private static String alpn(List<String> names) {
        if (names.isEmpty() || names.getFirst().isEmpty()) {
            return "00";
        }
        String first = names.getFirst();
        if (!alphanumeric(first.charAt(0)) || !alphanumeric(first.charAt(first.length() - 1))) {
            first = HEX.formatHex(first.getBytes(StandardCharsets.ISO_8859_1));
        }
        return "" + first.charAt(0) + first.charAt(first.length() - 1);
    }

    private static boolean alphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static String sorted(Stream<Integer> values) {
        return values.sorted().map(Ja4::hex).collect(Collectors.joining(","));
    }

    private static String hex(int value) {
        return HEX.toHexDigits((short) value);
    }

    private static String hash(String text) {
        if (text.isEmpty()) {
            return NOTHING;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HEX.formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
