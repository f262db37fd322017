package dev.gatehouse.tls;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// The server name indication of a ClientHello (RFC 6066 §3), classified.
///
/// Only [HostName] may select a tenant. The others are kept apart because each has a fix of its own.
public sealed interface ServerName {
    /// No `server_name` extension, or one without a `host_name` entry.
    record Absent() implements ServerName {}

    /// A host name of letters, digits and hyphens.
    ///
    /// @param sent as it came, 1 to 255 characters
    /// @param name in lower case and without the trailing dot that RFC 6066 forbids but some clients send
    record HostName(String sent, String name) implements ServerName {}

    /// An IPv4 or IPv6 literal, which RFC 6066 forbids: the client was given an address instead of a name.
    ///
    /// @param sent as it came
    record IpAddress(String sent) implements ServerName {}

    /// The extension is there and its name has no characters.
    record Empty() implements ServerName {}

    /// Not a host name.
    ///
    /// @param printable what came, at most 255 characters, with everything but printable ASCII replaced by `?`
    /// @param why a phrase for a person
    record Invalid(String printable, String why) implements ServerName {}

    /// The name as it came, made printable; null when there was none.
    default @Nullable String printed() {
        return switch (this) {
            case Absent _ -> null;
            case HostName(var sent, _) -> sent;
            case IpAddress(var sent) -> sent;
            case Empty _ -> "";
            case Invalid(var printable, _) -> printable;
        };
    }

    /// Classifies a name.
    ///
    /// @param sent one character per byte (ISO 8859-1)
    static ServerName of(String sent) {
        if (sent.isEmpty()) {
            return new Empty();
        }
        if (sent.length() > 255) {
            return new Invalid(printable(sent.substring(0, 255)), sent.length() + " bytes, at most 255 are allowed");
        }
        for (int i = 0; i < sent.length(); i++) {
            char c = sent.charAt(i);
            if (c >= 0x80) {
                return new Invalid(printable(sent), "not ASCII: internationalised names are sent as xn--...");
            }
            if (c < 0x21 || c == 0x7f) {
                return new Invalid(printable(sent), "contains a control character or a space");
            }
        }
        if (isIpAddress(sent)) {
            return new IpAddress(sent);
        }
        String name = sent.endsWith(".") ? sent.substring(0, sent.length() - 1) : sent;
        String why = whyNoHostName(name);
        return why == null ? new HostName(sent, name.toLowerCase(Locale.ROOT)) : new Invalid(sent, why);
    }

    private static @Nullable String whyNoHostName(String name) {
        if (name.length() > 253) {
            return name.length() + " characters, a host name has at most 253";
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty()) {
                return "has an empty label (two dots in a row, or a dot at the start)";
            }
            if (label.length() > 63) {
                return "has a label of " + label.length() + " characters, at most 63 are allowed";
            }
            if (label.startsWith("-") || label.endsWith("-")) {
                return "has a label that starts or ends with a hyphen";
            }
            for (int i = 0; i < label.length(); i++) {
                char c = label.charAt(i);
                if ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".indexOf(c) < 0) {
                    return "contains '" + c + "': only letters, digits, hyphens and dots are allowed"
                            + (c == ':' || c == '/' ? " (no scheme, no port)" : "");
                }
            }
        }
        return null;
    }

    /// Dotted quad, or anything with two colons and only the characters of an IPv6 address, also in brackets.
    private static boolean isIpAddress(String text) {
        if (text.matches("\\d{1,3}(\\.\\d{1,3}){3}\\.?")) {
            return true;
        }
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int zone = bare.indexOf('%');
        String address = zone < 0 ? bare : bare.substring(0, zone);
        return address.chars().filter(c -> c == ':').count() >= 2 && address.matches("[0-9a-fA-F:.]{2,45}");
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c >= 0x20 && c < 0x7f ? c : '?');
        }
        return out.toString();
    }
}
