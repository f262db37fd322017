package dev.gatehouse.simulator.modem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.simulator.fault.Catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What each fault does, and that no mixture of them breaks the simulator itself.
class FaultsTest {
    private static final List<String> COMMANDS = List.of("AT", "AT+CSQ", "AT+CIPOPEN=0,\"TCP\",\"there.example\",80",
            "AT+CIPSEND=0,4", "AT+CIPRXGET=2,0,1500", "AT+CIPRXGET=4,0", "AT+CIPCLOSE=0", "AT+NETOPEN", "AT+NETCLOSE",
            "AT+CIPRXGET=1", "AT+CIPRXGET=0", "AT+CCHSTART", "AT+CCHOPEN=0,\"there.example\",80,1", "AT+CCHRECV=0,100",
            "AT+CCHSEND=0,4", "AT+CMQTTSTART", "AT+CPIN?", "AT+CREG=1", "AT+CRESET", "AT+CFUN=1", "abcd",
            "AT+CCHCLOSE=0",
            "AT+CIPOPEN?", "AT+CIPMODE=1", "ATE0");

    static Stream<String> names() {
        return Catalogue.names().keySet().stream();
    }

    static LongStream seeds() {
        String one = System.getProperty("seed");
        return one == null ? LongStream.range(0, Long.getLong("seeds", 200)) : LongStream.of(Long.parseLong(one));
    }

    @ParameterizedTest
    @MethodSource("names")
    void every_fault_can_be_named_and_is_in_the_documentation(String name) throws IOException {
        assertThat(Catalogue.parse(name, 7).name()).isEqualTo(name);
        assertThat(Files.readString(Path.of("../docs/modem-simulator.md"), StandardCharsets.UTF_8))
                .contains("| `" + name + "` |");
    }

    @Test
    void a_wrong_name_key_or_value_is_told() {
        assertThatThrownBy(() -> Catalogue.parse("nonsense", 1)).hasMessageContaining("there is no fault 'nonsense'");
        assertThatThrownBy(() -> Catalogue.parse("split:bits=1", 1)).hasMessageContaining("split has no bits");
        assertThatThrownBy(() -> Catalogue.parse("split:bytes=0", 1)).hasMessageContaining("bytes should be a number");
        assertThatThrownBy(() -> Catalogue.parse("urc-held:place=moon", 1)).hasMessageContaining("before-answer");
    }

    /// The answer to a read of `hello`, with a fault.
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            echo;AT+CIPRXGET=2,0,1500<CR><CR><LF>+CIPRXGET: 2,0,5,0<CR><LF>hello<CR><LF><CR><LF>OK<CR><LF>
            read-short:bytes=2;<CR><LF>+CIPRXGET: 2,0,2,3<CR><LF>he<CR><LF><CR><LF>OK<CR><LF>
            rest-wrong:by=9;<CR><LF>+CIPRXGET: 2,0,5,9<CR><LF>hello<CR><LF><CR><LF>OK<CR><LF>
            data-hidden;<CR><LF>+IP ERROR: No data<CR><LF><CR><LF>ERROR<CR><LF>
            error:on=+CIPRXGET;<CR><LF>ERROR<CR><LF>
            answer-cut:bytes=9;<CR><LF>+CIPRXG
            urc-before-answer:text=RING;<CR><LF>RING<CR><LF><CR><LF>+CIPRXGET: 2,0,5,0<CR><LF>hello<CR><LF><CR><LF>OK<CR><LF>
            urc-merged:text=RING;<CR><LF>+CIPRXGET: 2,0,5,0<CR><LF>hello<CR><LF><CR><LF>OK<CR><LF><CR><LF>RING<CR><LF>
            urc-inside-answer:text=RING;<CR><LF>+CIPRXGET: 2,0,5,0<CR><LF>hello<CR><LF><CR><LF>RING<CR><LF><CR><LF>OK<CR><LF>
            line-ends:style=lf;<LF>+CIPRXGET: 2,0,5,0<LF>hello<LF><LF>OK<LF>
            line-ends:style=double-cr;<CR><CR><LF>+CIPRXGET: 2,0,5,0<CR><CR><LF>hello<CR><CR><LF><CR><CR><LF>OK<CR><CR><LF>
            command-lost;
            """)
    void a_read_with_a_fault(String fault, String expected) {
        Desk desk = reading();
        desk.fault(fault);
        String said = desk.answer("AT+CIPRXGET=2,0,1500").replace("\r", "<CR>").replace("\n", "<LF>");
        assertThat(said).isEqualTo(expected == null ? "" : expected);
    }

    private static Desk reading() {
        Desk desk = Desk.online();
        assertThat(desk.answer("AT+CIPOPEN=0,\"TCP\",\"there.example\",80")).contains("+CIPOPEN: 0,0");
        desk.network.last().says("hello");
        assertThat(desk.heard()).isEqualTo("\r\n+CIPRXGET: 1,0\r\n");
        return desk;
    }

    @Test
    void line_ends_change_around_counted_bytes_and_never_in_them() {
        Desk desk = Desk.online();
        assertThat(desk.answer("AT+CIPRXGET=0")).endsWith("OK\r\n");
        assertThat(desk.answer("AT+CIPOPEN=0,\"TCP\",\"there.example\",80")).contains("+CIPOPEN: 0,0");
        desk.fault("line-ends:style=lf");
        desk.network.last().says("a\r\nb");
        assertThat(desk.heard()).isEqualTo("\nRECV FROM:192.0.2.1:80\n+IPD4\na\r\nb\n");
        desk.faults.clear("");
        for (String command : List.of("AT+CCHSET=1,1", "AT+CCHSTART", "AT+CCHOPEN=0,\"there.example\",80,1")) {
            assertThat(desk.answer(command)).contains("OK\r\n");
        }
        desk.fault("line-ends:style=lf");
        desk.network.last().says("a\r\nb");
        assertThat(desk.heard()).isEqualTo("\n+CCHEVENT: 0,RECV EVENT\n");
        assertThat(desk.answer("AT+CCHRECV=0,4")).isEqualTo(
                "\nOK\n\n+CCHRECV: DATA,0,4\na\r\nb\n+CCHRECV: 0,0\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_line_ends_are_of_one_style_from_a_command_to_the_next(int seed) {
        Desk desk = Desk.online();
        for (String command : List.of("AT+CCHSET=1,1", "AT+CCHSTART", "AT+CCHOPEN=0,\"there.example\",80,1")) {
            assertThat(desk.answer(command)).contains("OK\r\n");
        }
        desk.network.last().says("abcd");
        assertThat(desk.heard()).isEqualTo("\r\n+CCHEVENT: 0,RECV EVENT\r\n");
        desk.fault("line-ends:style=random,seed=" + seed);
        assertThat(desk.answer("AT+CCHRECV=0,4")).isIn(
                "\nOK\n\n+CCHRECV: DATA,0,4\nabcd\n+CCHRECV: 0,0\n",
                "\r\r\nOK\r\r\n\r\r\n+CCHRECV: DATA,0,4\r\r\nabcd\r\r\n+CCHRECV: 0,0\r\r\n",
                "\r\n\r\nOK\r\n\r\n\r\n+CCHRECV: DATA,0,4\r\nabcd\r\n\r\n+CCHRECV: 0,0\r\n",
                "\r\n OK\r\n\r\n +CCHRECV: DATA,0,4\r\nabcd\r\n +CCHRECV: 0,0\r\n");
    }

    @Test
    void the_end_comes_with_data_unread_as_in_the_thread() {
        Desk desk = Desk.online();
        assertThat(desk.answer("AT+CIPOPEN=0,\"TCP\",\"there.example\",80")).contains("+CIPOPEN: 0,0");
        desk.fault("close-with-data:bytes=4");
        desk.network.last().says("abcd");
        assertThat(desk.heard()).isEqualTo("\r\n+CIPRXGET: 1,0\r\n\r\n+IPCLOSE: 0,1\r\n");
        assertThat(desk.answer("AT+CIPRXGET=2,0")).contains("2,0,4,0\r\nabcd\r\n");
    }

    @Test
    void held_notifications_come_between_a_command_and_its_answer() {
        Desk desk = reading();
        desk.fault("urc-held");
        desk.network.last().closes();
        assertThat(desk.heard()).isEmpty();
        assertThat(desk.answer("AT+CIPRXGET=2,0,5"))
                .isEqualTo("\r\n+IPCLOSE: 0,1\r\n\r\n+CIPRXGET: 2,0,5,0\r\nhello\r\n\r\nOK\r\n");
    }

    @Test
    void prompts_are_lost_or_late_and_a_line_feed_may_count() {
        Desk desk = reading();
        desk.fault("prompt-lost");
        assertThat(desk.answer("AT+CIPSEND=0,2")).isEmpty();
        desk.type("hi");
        assertThat(desk.heard()).endsWith("+CIPSEND: 0,2,2\r\n");
        desk.fault("lf-counted");
        desk.type("AT+CIPSEND=0,2\r\nhi");
        assertThat(desk.heard()).endsWith("+CIPSEND: 0,2,2\r\n");
        assertThat(desk.network.last().got.toString()).isEqualTo("hi\nh");
        desk.faults.clear("");
        desk.fault("urc-before-prompt:text=RING");
        assertThat(desk.answer("AT+CIPSEND=0,1")).isEqualTo("\r\nRING\r\n\r\n>");
    }

    @Test
    void silence_and_noise_end_by_themselves() {
        Desk desk = new Desk(Profile.A7670E);
        desk.fault("silence:millis=2000");
        assertThat(desk.answer("AT")).isEmpty();
        desk.loop.pass(3000);
        assertThat(desk.answer("AT")).isEqualTo("AT\r\r\nOK\r\n");
        desk.fault("baud-mismatch:millis=2000");
        assertThat(desk.answer("AT+CSQ")).doesNotContain("OK");
        desk.loop.pass(3000);
        assertThat(desk.answer("AT\rAT")).endsWith("OK\r\n");
    }

    @Test
    void a_half_open_link_says_nothing_and_arrives_nowhere() {
        Desk desk = reading();
        desk.fault("half-open:link=0");
        desk.type("AT+CIPSEND=0,2\r");
        desk.type("hi");
        assertThat(desk.heard()).endsWith("+CIPSEND: 0,2,2\r\n");
        assertThat(desk.network.last().got.toString()).isEmpty();
        desk.network.last().says("lost");
        desk.network.last().closes();
        assertThat(desk.heard()).isEmpty();
    }

    /// `-Dseed=N` repeats one, `-Dseeds=N` takes more.
    @ParameterizedTest
    @MethodSource("seeds")
    void no_mixture_of_faults_breaks_the_modem_for_good(long seed) {
        Random random = new Random(seed);
        Desk desk = Desk.online();
        List<String> names = names().toList();
        for (int i = 0; i < 3; i++) {
            desk.fault(names.get(random.nextInt(names.size())) + ":percent=50,times=3,seed=" + seed);
        }
        for (int i = 0; i < 25; i++) {
            desk.type(COMMANDS.get(random.nextInt(COMMANDS.size())) + "\r");
            if (random.nextInt(3) == 0 && !desk.network.peers().isEmpty()) {
                desk.network.last().says("OK\r\n+IPCLOSE: 0,1\r\n");
            }
            if (random.nextInt(10) == 0 && !desk.network.peers().isEmpty()) {
                desk.network.last().closes();
            }
        }
        desk.faults.clear("");
        desk.modem.restore();
        desk.modem.reboot();
        desk.loop.pass(60_000);
        String _ = desk.heard();
        assertThat(desk.answer("AT")).as("-Dseed=" + seed).isEqualTo("AT\r\r\nOK\r\n");
    }
}
