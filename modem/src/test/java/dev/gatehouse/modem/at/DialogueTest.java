package dev.gatehouse.modem.at;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gatehouse.modem.Seeds;

import static org.assertj.core.api.Assertions.assertThat;

/// Recorded dialogues, cut in every way: `>` what is sent, `<` what comes, `=` what the engine makes of it.
class DialogueTest {
    private static final List<String> DIALOGUES = List.of("seed", "variants");

    /// Plays a dialogue with what comes cut into pieces of at most that many bytes.
    private static final class Player {
        final Framer framer = new Framer();
        final List<String> made = new ArrayList<>();
        Exchange exchange = new Exchange(Command.of("AT"), true);
        boolean over;

        void sent(String text) {
            if (text.startsWith("[")) {
                exchange.payloadWritten();
                return;
            }
            Command command = Command.of(text).answersAnything();
            if (text.startsWith("AT+CIPSEND=") || text.startsWith("AT+CIPCLOSE=")) {
                // Their results are awaited apart from the answer.
                command = Command.of(text);
            }
            boolean payload = text.startsWith("AT+CIPSEND=");
            framer.expectPrompt(payload);
            exchange = new Exchange(payload ? command.payload(new byte[]{1}) : command, true);
            over = false;
        }

        void came(byte[] bytes) {
            int at = 0;
            while (at < bytes.length) {
                List<Framer.Element> elements = new ArrayList<>();
                at += framer.take(bytes, at, bytes.length, elements);
                elements.forEach(this::element);
            }
        }

        private void element(Framer.Element element) {
            switch (element) {
                case Framer.Element.Prompt _ -> {
                    exchange.prompted();
                    made.add("prompt");
                }
                case Framer.Element.Counted counted ->
                    assertThat(exchange.data(counted.header, counted.bytes)).isTrue();
                case Framer.Element.Line(String text, int blanks) -> {
                    if (over || !exchange.line(text, blanks)) {
                        made.add("line " + text);
                    }
                }
            }
            if (exchange.stage() == Exchange.Stage.DONE && !over) {
                over = true;
                made.add("answer " + exchange.answer);
                if (exchange.answer.data().length > 0) {
                    made.add("data " + exchange.answer.data().length);
                }
            }
        }
    }

    private interface Cut {
        /// The length of the next piece.
        int next(int left);
    }

    private static void play(String name, Cut cut) throws IOException {
        Player player = new Player();
        List<String> expected = new ArrayList<>();
        for (String line : lines(name)) {
            String text = line.substring(Math.min(2, line.length()));
            switch (line.charAt(0)) {
                case '>' -> player.sent(text);
                case '=' -> expected.add(text);
                case '<' -> {
                    byte[] bytes = unescaped(text);
                    int at = 0;
                    while (at < bytes.length) {
                        int n = Math.clamp(cut.next(bytes.length - at), 1, bytes.length - at);
                        player.came(java.util.Arrays.copyOfRange(bytes, at, at + n));
                        at += n;
                    }
                }
                default -> {
                }
            }
        }
        assertThat(sorted(player.made)).as(name).isEqualTo(sorted(expected));
    }

    /// Before or after an `OK` in the same breath makes no difference to whoever waits for either.
    private static List<String> sorted(List<String> events) {
        return events.stream().sorted().toList();
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = DialogueTest.class.getResourceAsStream("/dialogues/" + name + ".txt")) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.isBlank()).toList();
        }
    }

    private static byte[] unescaped(String text) {
        StringBuilder bytes = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            char escape = text.charAt(i++);
            switch (escape) {
                case 'r' -> bytes.append('\r');
                case 'n' -> bytes.append('\n');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(text.substring(i, i + 2), 16));
                    i += 2;
                }
                default -> bytes.append(escape);
            }
        }
        return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_dialogue_means_the_same_however_its_bytes_are_cut() throws IOException {
        for (String name : DIALOGUES) {
            for (int size = 1; size <= 80; size++) {
                int pieces = size;
                play(name, _ -> pieces);
            }
        }
    }

    @Test
    void a_dialogue_means_the_same_when_cut_at_random() {
        Seeds.forEach(seed -> {
            Random random = new Random(seed);
            for (String name : DIALOGUES) {
                play(name, left -> 1 + random.nextInt(left));
            }
        });
    }

    @Test
    void data_that_are_not_whole_are_noticed() {
        for (int lost = 1; lost <= 4; lost++) {
            if (lost == 2) {
                continue;
            }
            Player player = new Player();
            player.sent("AT+CIPRXGET=2,0,1500");
            player.came(("\r\n+CIPRXGET: 2,0,40,0\r\n" + "x".repeat(40 - lost) + "\r\n\r\nOK\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            new Trailers().check(player.exchange);
            assertThat(player.exchange.answer.dataTrusted()).as(lost + " lost").isFalse();
        }
    }

    @Test
    void two_lost_bytes_are_noticed_once_it_is_known_how_this_modem_ends_data() {
        Trailers trailers = new Trailers();
        for (int lost : new int[]{0, 2}) {
            Player player = new Player();
            player.sent("AT+CIPRXGET=2,0,1500");
            player.came(("\r\n+CIPRXGET: 2,0,40,0\r\n" + "x".repeat(40 - lost) + "\r\n\r\nOK\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            trailers.check(player.exchange);
            assertThat(player.exchange.answer.dataTrusted()).isEqualTo(lost == 0);
        }
    }

    @Test
    void data_begin_and_end_as_the_modem_ends_its_lines() {
        for (String end : List.of("\r\n", "\r\r\n", "\n")) {
            for (String data : List.of("\r\nx", "\rxx", "\nxx", "xx\r", "x\r\n", "\r\r\n")) {
                for (int lost = 0; lost <= 1; lost++) {
                    Player player = new Player();
                    player.sent("AT+CIPRXGET=2,0,1500");
                    player.came((end + "+CIPRXGET: 2,0,3,0" + end + data.substring(lost) + end + end + "OK" + end)
                            .getBytes(StandardCharsets.ISO_8859_1));
                    new Trailers().check(player.exchange);
                    boolean whole = player.exchange.answer.dataTrusted() && new String(player.exchange.answer.data(),
                            StandardCharsets.ISO_8859_1).equals(data);
                    assertThat(whole).as("%d lost of %s", lost, data.replace("\r", "CR ").replace("\n", "LF "))
                            .isEqualTo(lost == 0);
                }
            }
        }
    }

    @Test
    void bytes_that_could_be_a_command_are_not_sent_on_suspicion() {
        assertThat(Dialogue.isHarmless("DATA/1".getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(Dialogue.isHarmless("x\ry".getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(Dialogue.isHarmless("xAt+CRESET\r".getBytes(StandardCharsets.US_ASCII))).isFalse();
    }
}
