package dev.gatehouse.doctor;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// What one step of the probe found.
public sealed interface Result {
    /// How long the step took.
    Duration took();

    /// The name has addresses.
    record Resolved(String host, List<String> addresses, Duration took) implements Result {
        public Resolved {
            addresses = List.copyOf(addresses);
        }
    }

    /// The name has none.
    record NotResolved(String host, String message, Duration took) implements Result {}

    /// An address accepts TCP connections.
    record Connected(String address, Duration took) implements Result {}

    /// An address does not.
    record NotConnected(String address, TcpFailure failure, String message, Duration took) implements Result {}

    /// Why TCP failed.
    enum TcpFailure {
        REFUSED, TIMED_OUT, UNREACHABLE, RESET, OTHER
    }

    /// What answers to an opening.
    record Spoke(Opening opening, Reply reply, Duration took) implements Result {}

    /// A TLS handshake.
    ///
    /// @param serverName what was sent; null for none
    /// @param alpn what was offered; empty for nothing
    record Handshake(@Nullable String serverName, String alpn, TlsOutcome outcome, Duration took) implements Result {}

    /// Whether the server speaks a version of TLS, found with a ClientHello that offers only it.
    ///
    /// @param version for example `TLS 1.2`
    /// @param accepted whether a ServerHello came
    /// @param answer the cipher suite chosen, or what came instead
    record VersionTried(String version, boolean accepted, String answer, Duration took) implements Result {}

    /// The chain as presented, judged.
    record ChainJudged(ChainReport report, Duration took) implements Result {}

    /// A second handshake with what the first one left behind.
    record Resumption(boolean resumed, Duration took) implements Result {}

    /// The WebSocket was opened, or not.
    ///
    /// @param subprotocol what was offered; null for none
    /// @param status of the answer; 101 also when the subprotocol was not agreed on; 0 when there was none
    /// @param problem null when the WebSocket is open
    record Upgrade(@Nullable String subprotocol, int status, @Nullable String problem, Reply.@Nullable Speaks speaks,
            Duration took) implements Result {}

    /// A CONNECT.
    ///
    /// @param credentials whether user name and password were sent
    /// @param serverName the server name of the TLS connection below; null without TLS or without one
    record Connect(Version version, boolean credentials, @Nullable String serverName, ConnectOutcome outcome,
            Duration took) implements Result {}

    /// PINGREQ.
    ///
    /// @param problem null when PINGRESP came
    record Ping(@Nullable String problem, Duration took) implements Result {}

    /// PINGREQ again and again: the time of a round trip, without this program's own start.
    ///
    /// @param trips how long each took, the shortest first; not empty
    record Latency(List<Duration> trips, Duration took) implements Result {
        public Latency {
            trips = List.copyOf(trips);
        }

        /// Half of them were shorter.
        Duration median() {
            return trips.get(trips.size() / 2);
        }

        Duration longest() {
            return trips.getLast();
        }
    }

    /// The whole way up to MQTT, and then not a word, to hear whether the server ends such a connection by itself.
    ///
    /// @param reply what came
    record Waited(Reply reply, Duration took) implements Result {}

    /// SUBSCRIBE to the scratch topic.
    ///
    /// @param code of SUBACK; -1 when none came
    /// @param problem null when it is granted
    record Subscribed(String topic, int code, @Nullable String problem, Duration took) implements Result {}

    /// A message to the scratch topic and back.
    ///
    /// @param acknowledged what QoS 1 and 2 promise was kept; true at QoS 0
    /// @param code of the acknowledgement; -1 when none came
    /// @param returned whether the message came back
    /// @param problem null when all is well
    record RoundTrip(Qos qos, boolean acknowledged, int code, boolean returned, @Nullable String problem,
            Duration took) implements Result {}

    /// A step that was left out, and why.
    record Skipped(String step, String why) implements Result {
        @Override
        public Duration took() {
            return Duration.ZERO;
        }
    }
}
