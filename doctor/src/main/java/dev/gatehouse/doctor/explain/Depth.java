package dev.gatehouse.doctor.explain;

import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Stage;

/// How far along the way of a connection something lies: what came later overcomes what failed before it.
final class Depth {
    private static final int ON_THE_WAY = 2;
    private static final int TLS = 3;
    private static final int SESSION = 5;
    private static final int NAMES_A_CAUSE = Signs.named("keepalive-missed").rank();

    /// A sketch's failure, which a success of mosquitto_pub on a computer does not overcome.
    private static final Pattern SKETCH = Pattern.compile("\\brc ?= ?-\\d");

    private Depth() {}

    /// A failure on the way to the broker, after which the log shows trouble further along, or success: that one has been
    /// overcome. A broker's log is one of many clients, so there only what lies before TLS is.
    static boolean isOvercome(Conclusion conclusion, Seen seen) {
        if (conclusion.readings().isEmpty() || conclusion.lines().isEmpty()) {
            return false;
        }
        int own = of(conclusion.readings().getFirst().cause().stage());
        Line last = conclusion.lines().stream().reduce((a, b) -> a.isBefore(b) ? b : a).orElseThrow();
        if (isVerdictOfOwn(last, seen)) {
            return false; // it stands above the events that it was made from
        }
        boolean ofOneClient = !seen.isServerLine(last);
        if (ofOneClient && own < SESSION && acceptedAfter(last, seen)) {
            return true;
        }
        return own <= (ofOneClient ? TLS : ON_THE_WAY)
                && seen.all().stream().filter(Observation.Said.class::isInstance).map(Observation.Said.class::cast)
                        .anyMatch(said -> said.line().file() == last.file() && last.isBefore(said.line())
                                && isFurther(said.sign(), own));
    }

    private static boolean isVerdictOfOwn(Line line, Seen seen) {
        return seen.all().stream().anyMatch(each -> each instanceof Observation.Judged judged
                && judged.line().equals(line));
    }

    private static boolean acceptedAfter(Line last, Seen seen) {
        return Stream.of("mqtt-accepted", "session-traffic").flatMap(sign -> seen.said(sign).stream())
                .map(Observation.Said::line)
                .anyMatch(line -> line.file() == last.file() && last.isBefore(line)
                        && !(line.text().startsWith("Client ") && SKETCH.matcher(last.text()).find()));
    }

    private static boolean isFurther(Sign sign, int than) {
        return sign.rank() <= NAMES_A_CAUSE && !sign.readings().isEmpty()
                && of(sign.readings().getFirst().cause().stage()) > Math.max(ON_THE_WAY, than)
                || sign.id().equals("not-authorized") || sign.id().equals("session-taken-over");
    }

    private static int of(Stage stage) {
        return switch (stage) {
            case MODEM_NETWORK -> 0;
            case DNS, CONFIG -> 1;
            case TCP, MODEM_SOCKET, UNDETERMINED -> 2;
            case PROXY, TLS_CLIENTHELLO, TLS_CERT, TLS_ALERT, TLS_RESOURCE, WS_UPGRADE, MODEM_TLS -> 3;
            case MQTT_CONNECT, MQTT_AUTH -> 4;
            case MQTT_AUTHZ, MQTT_SESSION -> 5;
        };
    }

    /// Where a cause shows to somebody who has only a log: for some that is not where the catalogue, made for the broker,
    /// puts it.
    static Stage seenFromOutside(Cause cause) {
        return switch (cause) {
            case HOST_MALFORMED, HOST_NOT_SET -> Stage.DNS;
            case LISTENER_LOOPBACK_ONLY, LISTENER_NOT_ENABLED, QUOTA_CONNECTIONS -> Stage.TCP;
            case TLS_VERSION_MISMATCH, TLS_CIPHER_MISMATCH -> Stage.TLS_ALERT;
            case TLS_NO_VERIFICATION_OPTION -> Stage.TLS_CLIENTHELLO;
            case PLAIN_TO_TLS_PORT -> Stage.MQTT_CONNECT;
            case RATE_LIMITED -> Stage.MQTT_AUTH;
            default -> cause.stage();
        };
    }

    /// Whether a person wants to see it in the timeline.
    static boolean isWorthShowing(Sign sign) {
        return switch (sign.id()) {
            case "handshake-step", "container", "websocket-named", "tls-configured", "reconnect-loop",
                    "signal-measured", "openssl-queue" ->
                false;
            default -> true;
        };
    }
}
