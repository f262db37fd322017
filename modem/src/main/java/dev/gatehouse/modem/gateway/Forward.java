package dev.gatehouse.modem.gateway;

/// A port of this computer that leads to one place.
public record Forward(Endpoint listen, Target target) {
    /// Reads `8883:tenant.example:8883`, or `127.0.0.1:8883:tenant.example:8883`.
    ///
    /// @throws IllegalArgumentException with a sentence that says what is wrong
    public static Forward parse(String text) {
        int portColon = text.lastIndexOf(':');
        int hostColon = portColon < 0 ? -1 : text.lastIndexOf(':', portColon - 1);
        if (hostColon <= 0) {
            throw new IllegalArgumentException(
                    "a forward is written [ADDRESS:]PORT:HOST:PORT, as in 8883:tenant.example:8883, not \"" + text
                            + "\"");
        }
        return new Forward(Endpoint.parse(text.substring(0, hostColon)),
                new Target(text.substring(hostColon + 1, portColon), Port.parse(text.substring(portColon + 1), 1)));
    }

    @Override
    public String toString() {
        return listen + " to " + target;
    }
}
