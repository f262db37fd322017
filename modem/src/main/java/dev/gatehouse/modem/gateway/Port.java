package dev.gatehouse.modem.gateway;

/// Numbers of TCP ports.
final class Port {
    private Port() {}

    /// @throws IllegalArgumentException with a sentence
    static int parse(String digits, int min) {
        try {
            return require(Integer.parseInt(digits), min);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a port is a number from " + min + " to 65535, not \"" + digits + "\"",
                    e);
        }
    }

    static int require(int port, int min) {
        if (port < min || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from " + min + " to 65535, not " + port);
        }
        return port;
    }
}
