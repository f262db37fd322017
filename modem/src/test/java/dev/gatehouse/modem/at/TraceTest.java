package dev.gatehouse.modem.at;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TraceTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-27T12:00:00Z"));

    private static void tell(Trace trace) {
        trace.command("AT+CIPSEND=0,5");
        trace.received("\r\n>".getBytes(StandardCharsets.US_ASCII), false);
        trace.payload(new byte[]{0x17, 3, 3, 0, (byte) 0xff});
        trace.note("something happened");
    }

    @Test
    void the_text_has_one_event_per_line_and_payloads_only_when_wanted() {
        StringBuilder with = new StringBuilder();
        tell(new TextTrace(with, CLOCK, true));
        assertThat(with.toString().lines()).containsExactly("# gatehouse at-trace 1, started 2026-11-27T12:00:00Z",
                "0.000 > AT+CIPSEND=0,5\\r", "0.000 < \\r\\n>", "0.000 > [5] 17 03 03 00 ff",
                "0.000 ! something happened");
        StringBuilder without = new StringBuilder();
        tell(new TextTrace(without, CLOCK, false));
        assertThat(without.toString()).contains("> [5]").doesNotContain("17 03");
    }

    @Test
    void the_dump_has_the_shape_of_a_device_log() {
        StringBuilder log = new StringBuilder();
        tell(new EspTrace(log, CLOCK));
        assertThat(log.toString().lines()).containsExactly(
                "D (0) command_lib: generic_command command AT+CIPSEND=0,5",
                "V (0) sock_dce: 0x3ffba958   0d 0a 3e                                          |..>|",
                "D (0) sock_dce: perform_at",
                "V (0) dce: 0x3ffbac08   17 03 03 00 ff                                    |.....|",
                "I (0) modem_client: something happened");
    }
}
