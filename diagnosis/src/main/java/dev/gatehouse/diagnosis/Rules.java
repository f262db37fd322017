package dev.gatehouse.diagnosis;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// From facts to a verdict.
///
/// What the service did on purpose names its cause ([RefusalRules]). What the client or the network did has to be read
/// from what went before: an alert and the handshake ([TlsRules]), a CONNACK that refused, or how far it came.
public final class Rules {
    /// Reason codes of MQTT 5 §2.4.
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int TOPIC_FILTER_INVALID = 0x8F;
    private static final int TOPIC_NAME_INVALID = 0x90;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int PAYLOAD_FORMAT_INVALID = 0x99;
    private static final int SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E;
    private static final int SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xA1;
    private static final int WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xA2;

    private Rules() {}

    /// Judges a connection.
    ///
    /// @param facts in the order in which they were seen
    /// @return null while there is no [Fact.Ended] at the end, and when the connection ended as it should
    public static @Nullable Verdict verdict(List<TimedFact> facts) {
        if (facts.isEmpty() || !(facts.getLast().fact() instanceof Fact.Ended ended)) {
            return null;
        }
        Cause usual = ended.ending().cause();
        var seen = new Seen(facts);
        Finding finding = usual == null ? refusedInside(seen) : find(ended.ending(), usual, seen);
        if (finding == null) {
            return null;
        }
        return new Verdict(finding.cause(), finding.certainty(), seen.evidence(finding),
                finding.title() == null ? finding.cause().title() : finding.title(),
                Filling.fill(finding.fix() == null ? finding.cause().fix() : finding.fix(), seen),
                finding.collectNext());
    }

    private static Finding find(Ending ending, Cause usual, Seen seen) {
        return switch (ending) {
            case CLOSED_WITHOUT_A_BYTE -> untouched();
            case CLIENT_CLOSED, NETWORK_RESET -> seen.has(Fact.SessionOpened.class)
                    ? insideTheSession(usual, seen)
                    : beforeTheSession(usual, seen);
            case CLOSED_BEFORE_CONNACK -> closedBeforeConnack(seen);
            case CLOSED_BEFORE_CONNECT -> closedBeforeConnect(seen);
            case ALERT_RECEIVED, CLOSED_AFTER_HELLO, CLOSED_DURING_HANDSHAKE, HANDSHAKE_TIMEOUT, TLS_ENGINE_FAILED,
                    TLS_MALFORMED, TLS_NO_COMMON_CIPHER, TLS_VERSION_TOO_OLD ->
                TlsRules.find(usual, seen);
            case TAKEN_OVER -> takenOver(seen);
            case KEEP_ALIVE_MISSED -> keepAliveMissed(seen);
            default -> RefusalRules.find(ending, usual, seen);
        };
    }

    /// The client just went: if it was refused something before, that is what it has to know.
    private static Finding insideTheSession(Cause usual, Seen seen) {
        Finding refused = refusedInside(seen);
        return refused == null ? Finding.certain(usual) : refused;
    }

    /// The connection itself did well, but a subscription or a message on it was refused; null if none was.
    private static @Nullable Finding refusedInside(Seen seen) {
        Fact.SubscriptionRefused subscription = seen.last(Fact.SubscriptionRefused.class);
        if (subscription != null) {
            Ending like = switch (subscription.code()) {
                case NOT_AUTHORIZED -> Ending.SUBSCRIBE_NOT_PERMITTED;
                case TOPIC_FILTER_INVALID -> Ending.TOPIC_FILTER_INVALID;
                case SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                        WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED ->
                    Ending.SUBSCRIPTION_NOT_SUPPORTED;
                default -> Ending.TENANT_QUOTA_EXCEEDED;
            };
            return as(like, seen).carriedBy(Fact.SubscriptionRefused.class);
        }
        Fact.PublishRefused publish = seen.last(Fact.PublishRefused.class);
        if (publish != null) {
            Ending like = switch (publish.code()) {
                case NOT_AUTHORIZED -> Ending.PUBLISH_NOT_PERMITTED;
                case TOPIC_NAME_INVALID -> Ending.TOPIC_NAME_INVALID;
                case QUOTA_EXCEEDED -> Ending.TENANT_QUOTA_EXCEEDED;
                case PAYLOAD_FORMAT_INVALID -> Ending.PAYLOAD_FORMAT_INVALID;
                default -> Ending.JOURNAL_FAILED;
            };
            return as(like, seen).carriedBy(Fact.PublishRefused.class);
        }
        return null;
    }

    private static Finding as(Ending ending, Seen seen) {
        Cause usual = ending.cause();
        return RefusalRules.find(ending, usual == null ? Cause.UNDETERMINED : usual, seen);
    }

    /// The end says only that the client or the network closed: how far had it come?
    private static Finding beforeTheSession(Cause usual, Seen seen) {
        if (seen.has(Fact.ConnectReceived.class)) {
            return closedBeforeConnack(seen);
        }
        if (seen.has(Fact.TlsEstablished.class) || seen.has(Fact.WebSocketOpened.class)) {
            return closedBeforeConnect(seen);
        }
        if (seen.has(Fact.ClientHelloSeen.class) || seen.has(Fact.AlertReceived.class)) {
            return TlsRules.find(Cause.HANDSHAKE_ABANDONED, seen);
        }
        Fact.FirstBytes first = seen.last(Fact.FirstBytes.class);
        if (first == null ? seen.has(Fact.Accepted.class) : first.kind().equals("nothing")) {
            return untouched();
        }
        return first != null && first.kind().equals("mqtt")
                ? Finding.certain(Cause.CONNECT_INCOMPLETE).carriedBy(Fact.FirstBytes.class)
                : Finding.certain(usual).carriedBy(Fact.FirstBytes.class);
    }

    private static Finding untouched() {
        return Finding
                .likely(Cause.HEALTH_CHECK_OR_SCAN, "whether the address is a load balancer or monitoring of yours",
                        "whether it comes at regular intervals")
                .carriedBy(Fact.Accepted.class, Fact.FirstBytes.class);
    }

    private static Finding closedBeforeConnack(Seen seen) {
        int code = seen.refusalCode();
        return code == 0
                ? Finding.likely(Cause.CLOSED_AFTER_CONNECT, "the device's log from the CONNECT to the close",
                        "how long the device waits for CONNACK").carriedBy(Fact.ConnectReceived.class)
                : RefusalRules.byConnack(code, seen);
    }

    private static Finding closedBeforeConnect(Seen seen) {
        if (seen.has(Fact.AlertReceived.class)) {
            return TlsRules.find(Cause.CLOSED_BEFORE_CONNECT, seen);
        }
        return Finding.likely(Cause.CLOSED_BEFORE_CONNECT, "the client's own log: a TLS 1.3 client may reject the "
                + "certificate after the server has finished", "whether the address is monitoring of yours")
                .carriedBy(Fact.TlsEstablished.class, Fact.WebSocketOpened.class);
    }

    private static Finding takenOver(Seen seen) {
        Fact.TakenOver by = seen.last(Fact.TakenOver.class);
        if (by == null) {
            return Finding.possible(Cause.STALE_SESSION_TAKEOVER, "the attempt that took over");
        }
        String again = "whether the other side comes back soon (the attempts with this client identifier)";
        if (!by.sameUser()) {
            return Finding.likely(Cause.CLIENT_ID_COLLISION, again)
                    .titled("Another user connected with the same client identifier")
                    .carriedBy(Fact.ConnectReceived.class);
        }
        if (seen.has(Fact.TookOver.class) && !FoldKey.address(by.byRemote()).equals(seen.address())) {
            return Finding.likely(Cause.CLIENT_ID_COLLISION, again).carriedBy(Fact.TookOver.class);
        }
        return FoldKey.address(by.byRemote()).equals(seen.address())
                ? Finding.likely(Cause.STALE_SESSION_TAKEOVER, again)
                : Finding.possible(Cause.STALE_SESSION_TAKEOVER, again,
                        "whether the device changed its address, as mobile devices do");
    }

    private static Finding keepAliveMissed(Seen seen) {
        Fact.Traffic traffic = seen.last(Fact.Traffic.class);
        Finding finding = Finding.certain(Cause.KEEPALIVE_TIMEOUT)
                .carriedBy(Fact.ConnectReceived.class, Fact.Traffic.class);
        if (traffic == null || traffic.lastPacketIn() == null) {
            return finding;
        }
        if (traffic.lastPacketIn().equals("PINGREQ")) {
            return finding.titled("The device kept pinging and then fell silent: its network was lost or it stopped");
        }
        return traffic.packetsIn() > 1
                ? finding
                : finding.titled("The client sent nothing after its CONNECT, not even PINGREQ")
                        .fixedBy("Check that the client's loop runs after connecting (`loop_start()` in Paho Python, "
                                + "`client.loop()` in PubSubClient) and that nothing blocks it for longer than the keep alive "
                                + "({limit}).");
    }
}
