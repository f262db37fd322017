package dev.gatehouse.server.access;

import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What names look like. Each check answers with what is wrong with the name as the end of a sentence, or with nothing.
public final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int HOST_CHARACTERS_MAX = 253;
    private static final int USER_BYTES_MAX = 255;

    private Names() {}

    /// A tenant's name is a DNS label (RFC 1123 §2.1) in lower case, because it is the first one of its host name.
    public static Optional<String> problemOfTenant(String name) {
        if (LABEL.matcher(name).matches()) {
            return Optional.empty();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String hint = LABEL.matcher(lower).matches() ? ", for example '" + lower + "'" : "";
        return Optional
                .of("must be a DNS label: 1 to 63 lower case letters, digits and hyphens, not starting or ending "
                        + "with a hyphen" + hint);
    }

    /// A host name (RFC 1123 §2.1) as it comes in a server name indication: ASCII, no trailing dot, not an IP address.
    public static Optional<String> problemOfHost(String host) {
        if (isAddress(host)) {
            return Optional.of("must be a host name; an IP address never comes as a server name (RFC 6066 section 3)");
        }
        String bare = withoutTrailingDot(host).toLowerCase(Locale.ROOT);
        if (isHostName(bare)) {
            return Optional.empty();
        }
        return Optional.of("must be a host name: labels of letters, digits and hyphens with dots between them, at most "
                + HOST_CHARACTERS_MAX + " characters" + punycodeHint(bare));
    }

    /// A user's name: 1 to 255 bytes of UTF-8 without control characters.
    public static Optional<String> problemOfUser(String name) {
        if (name.isEmpty()) {
            return Optional.of("must not be empty");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > USER_BYTES_MAX) {
            return Optional.of("must not be longer than " + USER_BYTES_MAX + " bytes");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            return Optional.of("must not contain control characters");
        }
        return Optional.empty();
    }

    /// Lower case and without the trailing dot: the form in which host names are compared.
    public static String canonicalHost(String host) {
        return withoutTrailingDot(host).toLowerCase(Locale.ROOT);
    }

    /// True for an IPv4 or IPv6 address in its usual textual form.
    public static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static boolean isHostName(String lower) {
        if (lower.isEmpty() || lower.length() > HOST_CHARACTERS_MAX) {
            return false;
        }
        for (String label : lower.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }

    private static String punycodeHint(String host) {
        if (host.chars().allMatch(c -> c < 0x80)) {
            return "";
        }
        try {
            String ascii = IDN.toASCII(host);
            return isHostName(ascii) ? "; write '" + ascii + "'" : "";
        } catch (IllegalArgumentException notConvertible) {
            return "";
        }
    }

    private static String withoutTrailingDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
