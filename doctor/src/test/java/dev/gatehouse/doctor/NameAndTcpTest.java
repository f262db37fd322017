package dev.gatehouse.doctor;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

class NameAndTcpTest {
    private static List<String> found(int count) {
        List<InetAddress> addresses = IntStream.rangeClosed(1, count)
                .mapToObj(i -> InetAddress.ofLiteral("192.0.2." + i))
                .toList();
        Plan plan = new Plan(MqttUrl.parse("mqtt://h.example"), null, null, "", List.of(), null,
                new Plan.ServerNameChoice.OfUrl(), null, List.of(Version.MQTT_5), null, Duration.ofSeconds(1), false);
        Notes notes = new Notes(Progress.SILENT);
        new NameAndTcp(plan, new Network(FixedAnswers.inTurn(List.of(new byte[0]), 0), _ -> addresses, "a test"), notes)
                .run();
        return notes.results().stream().map(Sentence::of).toList();
    }

    @Test
    void addresses_of_version_6_are_written_as_people_write_them() {
        assertThat(NameAndTcp.shown(InetAddress.ofLiteral("2001:0db8:0:0:0:0:0:1"))).isEqualTo("2001:db8::1");
        assertThat(NameAndTcp.shown(InetAddress.ofLiteral("::1"))).isEqualTo("::1");
        assertThat(NameAndTcp.shown(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo("192.0.2.1");
    }

    @Test
    void every_address_is_named_and_the_first_eight_are_tried() {
        assertThat(found(8)).hasSize(9).endsWith("192.0.2.8 accepts connections");
        assertThat(found(9)).hasSize(10).endsWith("192.0.2.8 accepts connections",
                "TCP to 1 more of the addresses was left out: 8 are tried")
                .first().asString().endsWith("192.0.2.9");
    }
}
