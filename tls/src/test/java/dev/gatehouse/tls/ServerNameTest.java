package dev.gatehouse.tls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ServerNameTest {
    @ParameterizedTest
    @CsvSource({"mq.test, mq.test", "ACME.Mq.Test, acme.mq.test", "a, a",
            "xn--bcher-kva.example, xn--bcher-kva.example",
            "1a.2.3.4, 1a.2.3.4", "acme.mq.test., acme.mq.test", "1.2.3, 1.2.3", "a1-b2.test, a1-b2.test"})
    void letters_digits_and_hyphens_are_a_host_name(String sent, String name) {
        assertThat(ServerName.of(sent)).isEqualTo(new ServerName.HostName(sent, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "255.255.255.255", "999.1.1.1", "::1", "2001:db8::7", "[2001:db8::7]",
            "::ffff:192.0.2.7", "fe80::1%eth0"})
    void addresses_are_told_apart__RFC_6066_3(String sent) {
        assertThat(ServerName.of(sent)).isEqualTo(new ServerName.IpAddress(sent));
    }

    @ParameterizedTest
    @CsvSource({"a b.test, control character", "a\u0000.test, control character", "b\u00fccher.test, xn--",
            "my_host.test, '_'", "-a.test, hyphen", "a-.test, hyphen", "a..test, empty label", ".test, empty label",
            "., empty label", "mqtt://acme.test, no scheme", "acme.test:8883, no port", "*.test, '*'"})
    void anything_else_is_invalid_and_says_why(String sent, String why) {
        assertThat(ServerName.of(sent)).isInstanceOfSatisfying(ServerName.Invalid.class, invalid -> {
            assertThat(invalid.why()).contains(why);
            assertThat(invalid.printable()).matches("[ -~]+");
        });
    }

    @Test
    void labels_have_63_characters_and_names_253() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "b".repeat(61);

        assertThat(longest).hasSize(253);
        assertThat(ServerName.of(longest)).isInstanceOf(ServerName.HostName.class);
        assertThat(ServerName.of(longest + ".")).isInstanceOf(ServerName.HostName.class);
        assertThat(ServerName.of("a" + longest)).isInstanceOf(ServerName.Invalid.class);
        assertThat(ServerName.of(label + "a.test")).isInstanceOf(ServerName.Invalid.class);
        assertThat(ServerName.of("a.".repeat(40_000)).printed()).hasSize(255);
    }

    @Test
    void no_characters_are_an_empty_name() {
        assertThat(ServerName.of("")).isEqualTo(new ServerName.Empty());
    }
}
