package dev.gatehouse.simulator.modem;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Conversations, word by word, in `src/test/resources/dialogues`.
///
/// ```
/// > AT+CSQ           the user types this and a carriage return
/// >> hello           the user types exactly this
/// < OK               the modem says this line, framed
/// < a|b              two lines in one block
/// << \r\n>           the modem says exactly this
/// ! peer says x      the other side of the last connection; also: closes, got x, room N
/// ! fault …          as by --fault; also: profile NAME, pin N, wait MS, restore
/// ```
class DialoguesTest {
    @ParameterizedTest
    @ValueSource(strings = {"basics", "sim", "network", "sockets", "receive", "push", "udp", "transparent", "profiles",
            "files", "tls", "mqtt", "boot", "names", "http", "positioning", "messages", "drivers", "transparent-tls"})
    void a_conversation_goes_word_by_word(String name) throws IOException {
        Conversation conversation = new Conversation();
        List<String> lines = read(name);
        for (int i = 0; i < lines.size(); i++) {
            conversation.line(name + ":" + (i + 1), lines.get(i));
        }
        conversation.check("the end of " + name);
    }

    private static List<String> read(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DialoguesTest.class.getResourceAsStream("/dialogues/" + name
                + ".txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private static final class Conversation {
        private Desk desk = new Desk(Profile.A7670E);
        private final StringBuilder expected = new StringBuilder();

        void line(String where, String line) {
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            int blank = line.indexOf(' ');
            String rest = blank < 0 ? "" : line.substring(blank + 1);
            switch (blank < 0 ? line : line.substring(0, blank)) {
                case ">" -> {
                    check(where);
                    desk.type(rest + "\r");
                }
                case ">>" -> {
                    check(where);
                    desk.type(plain(rest));
                }
                case "<" -> expected.append("\r\n").append(rest.replace("|", "\r\n")).append("\r\n");
                case "<<" -> expected.append(plain(rest));
                case "!" -> {
                    check(where);
                    told(rest);
                }
                default -> throw new AssertionError(where + ": " + line);
            }
        }

        void check(String where) {
            assertThat(visible(desk.heard())).as("before " + where).isEqualTo(visible(expected.toString()));
            expected.setLength(0);
        }

        private void told(String what) {
            String[] words = what.split(" ", 3);
            switch (words[0]) {
                case "profile" -> desk = new Desk(Profile.named(words[1]).orElseThrow());
                case "pin" -> desk = new Desk(Profile.A7670E, Identity.USUAL.withPin(words[1]));
                case "fault" -> desk.fault(what.substring("fault ".length()));
                case "clear" -> desk.faults.clear("");
                case "restore" -> desk.modem.restore();
                case "wait" -> desk.loop.pass(Integer.parseInt(words[1]));
                case "peer" -> peer(words[1], words.length > 2 ? plain(words[2]) : "");
                default -> throw new AssertionError(what);
            }
        }

        private void peer(String does, String what) {
            PaperNetwork.Peer peer = desk.network.last();
            switch (does) {
                case "says" -> peer.says(what);
                case "closes" -> peer.closes();
                case "room" -> peer.room = Integer.parseInt(what);
                case "got" -> {
                    assertThat(visible(peer.got.toString())).isEqualTo(visible(what));
                    peer.got.setLength(0);
                }
                default -> throw new AssertionError(does);
            }
        }

        private static String plain(String escaped) {
            return escaped.replace("\\r", "\r").replace("\\n", "\n").replace("\\z", "\u001a").replace("\\e", "\u001b")
                    .replace("\\c", "\u0003");
        }

        private static String visible(String octets) {
            return octets.replace("\r", "\\r").replace("\n", "\\n\n");
        }
    }
}
