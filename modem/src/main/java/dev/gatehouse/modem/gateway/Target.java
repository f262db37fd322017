package dev.gatehouse.modem.gateway;

import java.net.InetSocketAddress;

/// Where a connection is to lead, in the words of whoever wants it: the modem looks the name up.
///
/// @param host a name or an IPv4 address in ASCII, checked: it becomes part of a command line
/// @param port 1 to 65 535
public record Target(String host, int port) {
    private static final int HOST_CHARACTERS_MAX = 253; // RFC 1035 §2.3.4, without the root's dot

    public Target {
        Port.require(port, 1);
        String problem = problem(host);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    private static @org.jspecify.annotations.Nullable String problem(String host) {
        if (host.isEmpty() || host.length() > HOST_CHARACTERS_MAX) {
            return "a host name has 1 to " + HOST_CHARACTERS_MAX + " characters, this one has " + host.length();
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._".indexOf(c) >= 0)) {
                return "a host name consists of letters, digits, dots and hyphens, but character " + (i + 1) + " is "
                        + (c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c));
            }
        }
        return host.charAt(0) == '-' ? "a host name does not begin with a hyphen" : null;
    }

    InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
