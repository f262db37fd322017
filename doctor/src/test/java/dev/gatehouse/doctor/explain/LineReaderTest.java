package dev.gatehouse.doctor.explain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LineReaderTest {
    private static List<String> lines(byte[] bytes) throws IOException {
        var reader = new LineReader(new ByteArrayInputStream(bytes));
        var all = new ArrayList<String>();
        for (RawLine line = reader.next(); line != null; line = reader.next()) {
            all.add(reader.number() + ":" + line);
        }
        return all;
    }

    @Test
    void lines_end_with_a_line_feed_with_or_without_a_return() throws IOException {
        assertThat(lines("a\r\nb\nc".getBytes(StandardCharsets.UTF_8))).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    void a_return_alone_cuts_without_counting() throws IOException {
        assertThat(lines("10%\r20%\rdone\nnext\n".getBytes(StandardCharsets.UTF_8))).containsExactly("1:10%", "1:20%",
                "1:done",
                "2:next");
    }

    @Test
    void a_file_without_line_feeds_is_counted_by_its_returns() throws IOException {
        assertThat(lines("a\rb\r".getBytes(StandardCharsets.UTF_8))).containsExactly("1:a", "2:b");
    }

    @Test
    void utf_16_is_recognised_by_its_mark_and_without() throws IOException {
        assertThat(lines("\uFEFFone\r\ntwo".getBytes(StandardCharsets.UTF_16LE))).containsExactly("1:one", "2:two");
        assertThat(lines("one two three\n".getBytes(StandardCharsets.UTF_16BE))).containsExactly("1:one two three");
    }

    @Test
    void a_long_line_is_cut_and_the_next_one_is_whole() throws IOException {
        List<String> all = lines(("x".repeat(1_000_000) + "\nnext").getBytes(StandardCharsets.UTF_8));
        assertThat(all).hasSize(2);
        assertThat(all.getFirst()).hasSize(Line.LENGTH_MAX + 2);
        assertThat(all.getLast()).isEqualTo("2:next");
    }

    @Test
    void what_is_not_text_does_no_harm() throws IOException {
        assertThat(lines(new byte[]{(byte) 0xff, 0, '\n', (byte) 0xc3})).hasSize(2);
        assertThat(lines(new byte[0])).isEmpty();
    }

    @Test
    void prefixes_and_colours_are_taken_off_and_times_are_read() {
        RawLine raw = RawLine.of("mqtt-1  | 2026-03-03T10:00:00.250Z \u001b[31mError: refused\u001b[0m");
        raw.clean();
        Line line = Prefix.line(0, 1, raw.toString());
        assertThat(line.text()).isEqualTo("Error: refused");
        assertThat(line.millis() % 1_000).isEqualTo(250);
        assertThat(Prefix.line(0, 1, "E (6696) mqtt_client: failed").millis()).isEqualTo(6_696);
        assertThat(Prefix.line(0, 1, "1771000201: New connection").broker()).isTrue();
        assertThat(Prefix.line(0, 1, "Aug 30 13:28:31 host mosquitto[708]: OpenSSL Error").broker()).isTrue();
        assertThat(Prefix.line(0, 1, "03-04 10:00:00.123  1200  1300 E mqtt: lost").text()).isEqualTo("mqtt: lost");
    }
}
