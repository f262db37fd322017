package dev.gatehouse.client;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MqttUrlTest {
    @Test
    void what_is_left_out_has_its_usual_value() {
        assertThat(MqttUrl.parse("mqtts://h")).hasToString("mqtts://h:8883");
        assertThat(MqttUrl.parse("wss://h")).hasToString("wss://h:443/mqtt");
        assertThat(MqttUrl.parse("mqtt://[::1]").host()).isEqualTo("::1");
    }

    @Test
    void a_wrong_URL_is_refused_with_what_is_wrong_and_what_is_right() {
        Map.of("broker.example", "has to begin with mqtt://, mqtts://, ws:// or wss://",
                "mqtts://", "has no host name",
                "mqtts://bro ker", "is not a URL",
                "mqtts://b_r.example", "A host name is letters, digits and hyphens",
                "mqtts://::1:8883", "an IPv6 address stands in brackets, for example mqtts://[::1]:8883",
                "mqtts://h:abc", "a port is a number from 1 to 65535, not \"abc\"",
                "mqtts://bücher.example:1", "this host is xn--bcher-kva.example; write it so",
                "mqtts://h:-1", "a port is a number from 1 to 65535, not \"-1\"",
                "mqtts://h:65536", "a port is a number from 1 to 65535, not 65536",
                "mqtts://h:0", "a port is a number from 1 to 65535, not 0")
                .forEach((url, words) -> assertThatThrownBy(() -> MqttUrl.parse(url)).as(url)
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(words));
    }

    @Test
    void a_password_in_the_URL_is_refused_and_not_repeated() {
        for (String url : new String[]{"mqtt://u:secret@h", "mqtt://u:sec%ret@h", "mqtt://u:secret@b_r",
                "x://u:secret@h"}) {
            assertThatThrownBy(() -> MqttUrl.parse(url)).as(url).hasMessageContaining("do not belong into the URL")
                    .hasMessageNotContaining("sec");
        }
    }

    @Test
    void a_host_name_is_as_long_as_the_domain_name_system_allows_and_no_longer() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);
        assertThat(MqttUrl.parse("mqtt://" + longest).host()).hasSize(253);
        assertThatThrownBy(() -> MqttUrl.parse("mqtt://" + longest + "a"))
                .hasMessageContaining("at most 253 characters");
        assertThatThrownBy(() -> MqttUrl.parse("mqtt://" + label + "a")).hasMessageContaining("63 between two dots");
    }
}
