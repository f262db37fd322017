package dev.gatehouse.server.access;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NamesTest {
    @Test
    void a_tenants_name_is_a_dns_label_in_lower_case() {
        assertThat(Names.problemOfTenant("a")).isEmpty();
        assertThat(Names.problemOfTenant("plant-7")).isEmpty();
        assertThat(Names.problemOfTenant("a".repeat(63))).isEmpty();
        assertThat(Names.problemOfTenant("a".repeat(64))).isPresent();
        assertThat(Names.problemOfTenant("")).isPresent();
        assertThat(Names.problemOfTenant("-a")).isPresent();
        assertThat(Names.problemOfTenant("a-")).isPresent();
        assertThat(Names.problemOfTenant("a.b")).isPresent();
        assertThat(Names.problemOfTenant("ä")).isPresent();
        assertThat(Names.problemOfTenant("a\n")).isPresent();
        assertThat(Names.problemOfTenant("ACME").orElseThrow()).endsWith("for example 'acme'");
    }

    @Test
    void a_host_name_is_not_an_address_and_has_at_most_253_characters() {
        String longest = ("a".repeat(49) + ".").repeat(5) + "abc";
        assertThat(longest).hasSize(253);
        assertThat(Names.problemOfHost(longest)).isEmpty();
        assertThat(Names.problemOfHost("a" + longest)).isPresent();
        assertThat(Names.problemOfHost("localhost")).isEmpty();
        assertThat(Names.problemOfHost("MQTT.acme.example.")).isEmpty();
        assertThat(Names.problemOfHost("a..b")).isPresent();
        assertThat(Names.problemOfHost("a_b.example")).isPresent();
        assertThat(Names.problemOfHost("::1").orElseThrow()).contains("RFC 6066");
        assertThat(Names.problemOfHost("192.0.2.1").orElseThrow()).contains("RFC 6066");
    }

    @Test
    void a_users_name_has_1_to_255_bytes_and_no_control_characters() {
        assertThat(Names.problemOfUser("eric@site/7 ü")).isEmpty();
        assertThat(Names.problemOfUser("ü".repeat(127) + "x")).isEmpty();
        assertThat(Names.problemOfUser("ü".repeat(128))).isPresent();
        assertThat(Names.problemOfUser("")).isPresent();
        assertThat(Names.problemOfUser("a\u0000")).isPresent();
    }
}
