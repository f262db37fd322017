package dev.gatehouse.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TrailTextTest {
    @Test
    void the_story_of_a_device_without_server_name_reads_verdict_first() throws IOException {
        var attempt = new Attempt("06K2Q8ZT4M1A", 1_700_000_000_000_000L, "tls");
        long at = attempt.startedMicros();
        attempt.add(Facts.accepted("mqtts"), at);
        attempt.add(new Fact.FirstBytes("tls", 5), at + 123);
        attempt.add(Facts.hello(null, "TLS 1.2"), at + 150);
        attempt.add(new Fact.TenantUndecided(Fact.TenantUndecided.Why.NO_SERVER_NAME, "", ""), at + 151);
        attempt.add(Facts.established(), at + 412_000);
        attempt.add(Facts.connect("esp32", "eric"), at + 812_345);
        attempt.add(new Fact.ConnackSent(5, "not authorized"), at + 812_400);
        attempt.add(new Fact.Traffic(59, 4, 1, 1, "CONNECT", "CONNACK"), at + 812_500);
        Trail trail = attempt.ended(Facts.bySelf(Ending.NO_SERVER_NAME), at + 812_501);

        assertThat(TrailText.render(trail)).isEqualTo(golden("missing-server-name.txt"));
    }

    @Test
    void nothing_from_the_wire_can_start_a_line_or_colour_a_terminal() {
        var attempt = new Attempt("06K2Q8ZT4M1A", 0, "tcp");
        attempt.add(Facts.connect("id\n\u001b[2J", "user\r\nRefused: all is well"), 1);
        for (int i = 0; i < 20; i++) {
            attempt.add(new Fact.PublishRefused("a\u0000b" + i, 0x87, "no\nway"), 2);
        }
        String text = TrailText.render(attempt.snapshot());
        assertThat(text).doesNotContain("\u001b", "\r", "\u0000", "\nRefused", "\nway")
                .contains("and 12 more of publish-refused").startsWith("Still connecting\n");
    }

    @Test
    void a_good_end_and_an_open_connection_say_so_in_the_first_line() {
        var attempt = new Attempt("06K2Q8ZT4M1A", 0, "tcp");
        attempt.add(new Fact.SessionOpened("a", false, false), 1);
        assertThat(TrailText.render(attempt.snapshot())).startsWith("Open\n");
        attempt.ended(Facts.byClient(Ending.CLIENT_DISCONNECTED), 2);
        assertThat(TrailText.render(attempt.snapshot())).startsWith("Ended as it should\n");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TrailTextTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
