package dev.gatehouse.tls;

import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

/// Puts a [ClientHello] into one bounded line.
final class HelloSummary {
    private static final int NAMES_MAX = 5;
    private static final int NAME_CHARACTERS_MAX = 32;

    private HelloSummary() {}

    static String of(ClientHello hello) {
        StringJoiner parts = new StringJoiner("; ");
        List<Integer> versions = hello.supportedVersions().isEmpty()
                ? List.of(hello.legacyVersion())
                : hello.supportedVersions();
        parts.add(versions(versions));
        int suites = hello.cipherSuites().size();
        parts.add(suites == 1 ? "1 suite" : suites + " suites");
        if (!hello.alpn().isEmpty()) {
            parts.add("ALPN " + names(hello.alpn(), HelloSummary::printable));
        }
        if (!hello.groups().isEmpty()) {
            parts.add("groups " + names(hello.groups(), TlsNames::group));
        }
        if (hello.preSharedKey() || hello.sessionTicket()) {
            parts.add("resumes a session");
        }
        if (hello.encryptedClientHello()) {
            parts.add("encrypted hello offered");
        }
        if (!hello.remarks().isEmpty()) {
            parts.add(hello.remarks().size() == 1
                    ? "1 malformed extension"
                    : hello.remarks().size() + " malformed extensions");
        }
        return parts.toString();
    }

    /// `TLS 1.3,1.2`: the family is named once.
    private static String versions(List<Integer> versions) {
        String all = names(versions, TlsNames::version);
        return all.startsWith("TLS ") ? "TLS " + all.replace("TLS ", "") : all;
    }

    private static <T> String names(List<T> values, Function<T, String> name) {
        StringJoiner names = new StringJoiner(",");
        values.stream().limit(NAMES_MAX).map(name).forEach(names::add);
        return values.size() > NAMES_MAX ? names + ",+" + (values.size() - NAMES_MAX) : names.toString();
    }

    private static String printable(String alpn) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < Math.min(alpn.length(), NAME_CHARACTERS_MAX); i++) {
            char c = alpn.charAt(i);
            out.append(c > 0x20 && c < 0x7f && c != ';' && c != ',' ? c : '?');
        }
        return alpn.length() > NAME_CHARACTERS_MAX ? out + "..." : out.toString();
    }
}
