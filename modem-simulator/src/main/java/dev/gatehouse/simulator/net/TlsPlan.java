package dev.gatehouse.simulator.net;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// How to speak TLS.
///
/// @param versions names of the JDK, like `TLSv1.2`
/// @param serverName what to put into the server name indication; null for none
/// @param authorities the server's certificate must lead to one of these, PEM or DER; null when it is not looked at
/// @param at when certificates must be valid; null when their dates do not matter
/// @param identity the client's certificate and key; null for none
/// @param handshakeMillis how long the handshake may take
public record TlsPlan(List<String> versions, @Nullable String serverName, @Nullable String authorities,
        @Nullable Instant at, @Nullable Identity identity, int handshakeMillis) {
    /// A client's certificate and key, as in the files of the modem.
    ///
    /// @param certificate octets of PEM or DER
    /// @param key octets of PEM or DER: PKCS#8, PKCS#1 or SEC 1
    public record Identity(String certificate, String key) {
        @Override
        public String toString() {
            return "Identity[***]";
        }
    }
}
