package dev.gatehouse.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.client.TlsOptions;
import dev.gatehouse.client.Transport;
import dev.gatehouse.client.WebSocketOptions;

/// Makes connections to the address that answered, as often as the probe needs one.
///
/// - **Threads:** sockets from any; TLS from the probe's only.
final class Way {
    private static final Pattern RECEIVED_ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    private final Plan plan;
    private final Network network;
    private final InetSocketAddress address;
    private final RandomGenerator random;
    private final TlsParts tls;

    Way(Plan plan, Network network, InetSocketAddress address, RandomGenerator random) {
        this.plan = plan;
        this.network = network;
        this.address = address;
        this.random = random;
        this.tls = new TlsParts(plan.clientCertificate());
    }

    Deadline deadline() {
        return Deadline.in(plan.timeout());
    }

    RandomGenerator random() {
        return random;
    }

    TlsParts tls() {
        return tls;
    }

    /// Where CAs publish their certificates, through the same network.
    Issuers issuers() {
        return new Issuers(plan, network);
    }

    Socket socket(Deadline deadline) throws IOException {
        return Dialer.connect(network.sockets(), address, deadline);
    }

    /// A handshake, and the secured socket when it succeeds.
    record Secured(TlsOutcome outcome, @Nullable SSLSocket socket) {}

    /// @param serverName null sends none
    /// @param alpn empty offers none
    Secured secure(TlsParts parts, @Nullable String serverName, String alpn, Deadline deadline) {
        parts.forget();
        WatchedSocket watched = null;
        try {
            watched = new WatchedSocket(socket(deadline));
            // The name is checked by ChainJudge; here it would end the handshake.
            TlsOptions options = new TlsOptions(parts.factory(), serverName, null, List.of(),
                    alpn.isEmpty() ? List.of() : List.of(alpn));
            SSLSocket secured = options.over(watched, deadline);
            String agreed = Objects.requireNonNullElse(secured.getApplicationProtocol(), "");
            return new Secured(new TlsOutcome.Done(secured.getSession().getProtocol(),
                    secured.getSession().getCipherSuite(), agreed, parts.asked(), parts.chain(),
                    watched.records(), watched.received()), secured);
        } catch (IOException | RuntimeException e) {
            return new Secured(outcome(e, watched != null && watched.received() > 0, parts.asked()), null);
        }
    }

    private static TlsOutcome outcome(Exception e, boolean answered, boolean asked) {
        String alert = alertIn(e);
        if (alert != null) {
            return new TlsOutcome.Alert(alert, asked);
        }
        if (isLate(e)) {
            return new TlsOutcome.Stalled(answered);
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("Remote host terminated") || message.contains("closed connection")) {
            return new TlsOutcome.Ended(false, answered, asked);
        }
        if (isReset(e)) {
            return new TlsOutcome.Ended(true, answered, asked);
        }
        return new TlsOutcome.Failed(message, answered);
    }

    /// The alert that the server sent, by its IANA name; null when the exception is about something else.
    static @Nullable String alertIn(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            Matcher found = RECEIVED_ALERT.matcher(String.valueOf(at.getMessage()));
            if (found.find()) {
                return found.group(1).toLowerCase(Locale.ROOT);
            }
        }
        return null;
    }

    static boolean isLate(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    static boolean isReset(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            String message = String.valueOf(at.getMessage());
            if (at instanceof SocketException
                    && (message.contains("reset") || message.contains("Broken pipe") || message.contains("aborted"))) {
                return true;
            }
        }
        return false;
    }

    /// Everything below MQTT, with the plan's server name or the other choice. Only the plan's own connections share
    /// sessions: the JDK sends the server name of the session it resumes, not the one it is given.
    ///
    /// @throws IOException which [#alertIn] and its siblings can read
    Transport transport(@Nullable String serverName, Deadline deadline) throws IOException {
        MqttUrl.Scheme scheme = plan.url().scheme();
        Transport transport;
        boolean own = Objects.equals(serverName, plan.nameToSend());
        if (scheme.encrypted()) {
            Secured secured = secure(own ? tls : new TlsParts(plan.clientCertificate()), serverName, "", deadline);
            if (secured.socket() == null) {
                throw new IOException("the TLS handshake failed this time: " + Sentence.tls(secured.outcome()));
            }
            transport = Transport.over(secured.socket());
        } else {
            transport = Transport.over(socket(deadline));
        }
        return scheme.webSocket() ? webSocket().over(transport, deadline).transport() : transport;
    }

    WebSocketOptions webSocket() {
        return WebSocketOptions.of(plan.url(), random);
    }
}
