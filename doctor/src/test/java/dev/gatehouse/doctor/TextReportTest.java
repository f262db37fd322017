package dev.gatehouse.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.UserProperty;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// The report for a person, from results made by hand: no network.
class TextReportTest {
    private static final String NAME = "h.example";
    private static final ConnackProperties EVERYTHING = new ConnackProperties(7, 20, Qos.AT_LEAST_ONCE, false, 1_000,
            "given", 9, "because", List.of(new UserProperty("a", "b")), false, false, false, 33, "info", "elsewhere",
            "SCRAM-SHA-256", Bytes.takeOver(new byte[]{1, 2}));

    private static String report(Result... results) {
        Plan plan = new Plan(MqttUrl.parse("mqtts://" + NAME), null, null, "", List.of(), null,
                new Plan.ServerNameChoice.OfUrl(), null, List.of(Version.MQTT_5), null, Duration.ofSeconds(1), false);
        Report report = new Report(plan, "a test", Instant.EPOCH, List.of(results));
        return TextReport.of(report, Judgement.of(report));
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    private static Result shake(@Nullable String name, long millis) {
        return new Result.Handshake(name, "", new TlsOutcome.Done("TLSv1.3", "TLS_AES_128_GCM_SHA256", "", false,
                List.of(), List.of(122, 1, 1_200), 1_400), ms(millis));
    }

    private static Result connect(Packet.Connack connack, long millis) {
        return new Result.Connect(Version.MQTT_5, false, NAME, connack.reason().isError()
                ? new ConnectOutcome.Refused(connack.reason().code(), connack)
                : new ConnectOutcome.Accepted(connack), ms(millis));
    }

    @Test
    void every_property_of_CONNACK_is_shown() {
        String words = "Session Expiry Interval 7 s, Receive Maximum 20, Maximum QoS 1, Retain Available: no, Maximum "
                + "Packet Size 1000 bytes, Assigned Client Identifier \"given\", Topic Alias Maximum 9, User Property a "
                + "\"b\", Wildcard Subscription Available: no, Subscription Identifiers Available: no, Shared "
                + "Subscription Available: no, Server Keep Alive 33 s, Response Information \"info\", Server Reference "
                + "\"elsewhere\", Authentication Method \"SCRAM-SHA-256\", Authentication Data 2 bytes";
        String accepted = report(connect(new Packet.Connack(true, ReasonCode.SUCCESS, EVERYTHING), 5));
        assertThat(accepted.replaceAll("\\s+", " ")).contains("accepted, with a session of before; " + words);
        String refused = report(connect(new Packet.Connack(false, ReasonCode.SERVER_MOVED, EVERYTHING), 5));
        assertThat(refused.replaceAll("\\s+", " "))
                .contains("CONNACK refuses: server moved (0x9D), \"because\"; " + words);
    }

    @Test
    void a_version_that_nobody_answers_is_not_called_refused() {
        String text = report(
                new Result.Connect(Version.MQTT_5, false, NAME, new ConnectOutcome.Refused(0x84, null), ms(5)),
                new Result.Connect(Version.MQTT_3_1_1, false, NAME,
                        new ConnectOutcome.Accepted(
                                new Packet.Connack(false, ReasonCode.SUCCESS, ConnackProperties.NONE)),
                        ms(5)),
                new Result.Connect(Version.MQTT_3_1, false, NAME, new ConnectOutcome.Silent(), ms(5)));
        assertThat(text).contains(" MQTT 3.1.1; not MQTT 5; no CONNACK to MQTT 3.1\n");
    }

    @Test
    void each_stage_has_its_latency_and_of_several_times_the_shortest() {
        String text = report(new Result.Resolved(NAME, List.of("192.0.2.1", "192.0.2.2"), ms(40)),
                new Result.Connected("192.0.2.1", ms(30)), new Result.Connected("192.0.2.2", ms(20)), shake(NAME, 300),
                shake(null, 70), connect(new Packet.Connack(false, ReasonCode.SUCCESS, ConnackProperties.NONE), 500),
                connect(new Packet.Connack(false, ReasonCode.SUCCESS, ConnackProperties.NONE), 90),
                new Result.Ping(null, ms(11)), new Result.Latency(List.of(ms(11), ms(12), ms(15)), ms(38)),
                new Result.Subscribed("t", 0, null, ms(13)),
                new Result.RoundTrip(Qos.AT_MOST_ONCE, true, -1, true, null, ms(14)),
                new Result.Resumption(true, ms(60)));
        assertThat(text.lines().dropWhile(line -> !line.startsWith("  latency ")).limit(8).map(String::strip))
                .containsExactly("latency              name            40 ms", "TCP             20 ms",
                        "TLS             70 ms, with TCP", "TLS, resumed    60 ms, with TCP",
                        "CONNECT         90 ms, with all below it",
                        "PINGREQ         12 ms, the median of 3; the longest 15 ms", "SUBSCRIBE       13 ms",
                        "QoS 0           14 ms, there and back");
        assertThat(text).contains("handshake 1400 received, in TLS records of 122, 1, 1200; the largest 1200");
    }

    @Test
    void no_line_before_the_snippets_is_longer_than_100_columns() {
        ConnackProperties wordy = ConnackProperties.because("one two three four five ".repeat(40));
        String text = report(new Result.Resolved(NAME, java.util.Collections.nCopies(8, "2001:db8::aaaa:bbbb:cccc:1"),
                ms(4)), shake(NAME, 3), connect(new Packet.Connack(false, ReasonCode.NOT_AUTHORIZED, wordy), 5));
        assertThat(text).contains("FAILS at");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }
}
