package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

/// What is to be found out.
///
/// @param userName null for none
/// @param password null for none
/// @param clientId as CONNECT says it; empty lets the probe make one up for each connection
/// @param roots what is trusted besides the system's store; empty = the system's store alone
/// @param clientCertificate shows the client's certificate; null when there is none
/// @param serverName which server name (SNI) the device sends
/// @param dial where to connect instead of the URL's host and port; null = there
/// @param versions to try, in this order; not empty
/// @param topic for the round trip; null makes one up below `gatehouse-doctor/`
/// @param timeout of each single step
/// @param insecure go on, and send the password, although the server's certificate cannot be verified
public record Plan(MqttUrl url, @Nullable String userName, @Nullable Secret password, String clientId,
        List<X509Certificate> roots, @Nullable KeyManager clientCertificate, ServerNameChoice serverName,
        @Nullable HostAndPort dial, List<Version> versions, @Nullable String topic, Duration timeout,
        boolean insecure) {
    public Plan {
        roots = List.copyOf(roots);
        versions = List.copyOf(versions);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("no MQTT version to try");
        }
    }

    /// Which server name goes into the ClientHello.
    public sealed interface ServerNameChoice {
        /// The host of the URL, when it is a name.
        record OfUrl() implements ServerNameChoice {}

        /// This one.
        record Named(String name) implements ServerNameChoice {}

        /// None.
        record None() implements ServerNameChoice {}
    }

    /// Where to dial.
    ///
    /// @param port 1 to 65 535
    public record HostAndPort(String host, int port) {
        /// Reads `host:port`, an IPv6 address in brackets.
        ///
        /// @throws IllegalArgumentException with a sentence for a person
        public static HostAndPort parse(String text) {
            MqttUrl url;
            try {
                url = MqttUrl.parse("mqtt://" + text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not HOST:PORT, for example 192.0.2.7:8883: " + e.getMessage(), e);
            }
            if (!text.matches(".*:\\d+")) {
                throw new IllegalArgumentException("\"" + text + "\" has no port: write HOST:PORT");
            }
            return new HostAndPort(url.host(), url.port());
        }
    }

    boolean hasCredentials() {
        return userName != null || password != null;
    }

    /// The server name to send; null for none.
    @Nullable
    String nameToSend() {
        return switch (serverName) {
            case ServerNameChoice.OfUrl _ -> isAddress(url.host()) ? null : url.host();
            case ServerNameChoice.Named(String name) -> name;
            case ServerNameChoice.None _ -> null;
        };
    }

    /// The name that the server's certificate has to be for.
    String nameToVerify() {
        return serverName instanceof ServerNameChoice.Named(String name) ? name : url.host();
    }

    HostAndPort target() {
        return dial != null ? dial : new HostAndPort(url.host(), url.port());
    }

    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
