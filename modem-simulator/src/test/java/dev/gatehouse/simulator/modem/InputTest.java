package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What users type who are no drivers: too much, too fast, or nothing sensible.
class InputTest {
    private static final List<String> SCRAPS = List.of("AT", "at", "\r", "\r\n", "\n",
            "+CIPOPEN=0,\"TCP\",\"there.example\",80",
            "+CIPSEND=0,", "+CIPSEND=0", "+CIPRXGET=2,0", "+CMQTTACCQ=0,\"x\"", "+CMQTTSTART", "+CCHSTART",
            "+CCHSEND=0,9",
            "+CSSLCFG=", "+HTTPINIT", "+HTTPPARA=\"URL\",", "+HTTPDATA=10,1", "+CMGS=\"1\"", "+NETOPEN", "+CIPMODE=1",
            "E0",
            "&F", ";", ",", "=", "?", "=?", "\"", "\u001a", "\u001b", "\u0003", "+++", "0", "99999999999", "-1", "\b",
            "\0",
            "\u00ff", "A/", "S3=", "S", "&", "D", "+", "+CERTDOWN", "+CCERTDOWN=\"a.pem\",5", "OK", "ERROR", ">",
            "+IPCLOSE: 0,1");

    static LongStream seeds() {
        String one = System.getProperty("seed");
        return one == null ? LongStream.range(0, Long.getLong("seeds", 200)) : LongStream.of(Long.parseLong(one));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothing_that_is_typed_breaks_the_modem(long seed) {
        Random random = new Random(seed);
        Desk desk = random.nextBoolean() ? Desk.online() : new Desk(Profile.values()[random.nextInt(3)]);
        desk.baud = random.nextBoolean() ? 115_200 : 0;
        for (int i = 0; i < 400; i++) {
            StringBuilder typed = new StringBuilder();
            for (int part = random.nextInt(6); part >= 0; part--) {
                typed.append(random.nextInt(8) == 0
                        ? String.valueOf((char) random.nextInt(256)).repeat(1 + random.nextInt(40))
                        : SCRAPS.get(random.nextInt(SCRAPS.size())));
            }
            desk.modem.input(typed.toString());
            desk.loop.pass(random.nextInt(30));
            if (random.nextInt(40) == 0 && !desk.network.peers().isEmpty()) {
                desk.network.last().says("AT\r\nOK\r\n\u001a");
            }
        }
        desk.modem.reboot();
        String _ = desk.heard();
        assertThat(desk.answer("AT")).as("-Dseed=%d", seed).isEqualTo("AT\r\r\nOK\r\n");
    }

    @Test
    void a_line_that_never_ends_is_an_error_when_it_does() {
        Desk desk = new Desk(Profile.A7670E);
        assertThat(desk.answer("ATE0")).endsWith("OK\r\n");
        for (int i = 0; i < 1000; i++) {
            desk.modem.input("AT+CSQ;".repeat(200));
        }
        assertThat(desk.answer("")).isEqualTo("\r\nERROR\r\n");
        assertThat(desk.answer("AT")).isEqualTo("\r\nOK\r\n");
    }

    @Test
    void of_what_comes_while_the_modem_is_busy_only_so_much_is_kept_without_flow_control() {
        Desk desk = stalled(115_200);
        desk.type("a".repeat(5000));
        assertThat(desk.held).isFalse();
        assertThat(desk.transcript.entries()).anyMatch(entry -> entry.octets().equals(
                "overrun: 904 bytes came too fast and are lost"));
        desk.network.last().room = 100_000;
        assertThat(desk.heard()).isEmpty();
        assertThat(desk.network.last().got).hasToString("a".repeat(4096));
    }

    @Test
    void with_flow_control_the_user_has_to_wait_and_nothing_is_lost() {
        Desk desk = stalled(115_200, "AT+IFC=2,2");
        desk.type("a".repeat(5000));
        assertThat(desk.held).isTrue();
        desk.network.last().room = 100_000;
        assertThat(desk.heard()).isEmpty();
        assertThat(desk.held).isFalse();
        assertThat(desk.network.last().got).hasToString("a".repeat(5000));
    }

    @Test
    void a_line_without_a_speed_loses_nothing_either() {
        Desk desk = stalled(0);
        desk.type("a".repeat(5000));
        assertThat(desk.held).isTrue();
        desk.network.last().room = 100_000;
        assertThat(desk.heard()).isEmpty();
        assertThat(desk.network.last().got).hasToString("a".repeat(5000));
    }

    /// In transparent mode, and the other side does not read.
    private static Desk stalled(int baud, String... before) {
        Desk desk = new Desk(Profile.A7670E);
        desk.baud = baud;
        for (String command : before) {
            assertThat(desk.answer(command)).endsWith("OK\r\n");
        }
        assertThat(desk.answer("AT+CIPMODE=1")).endsWith("OK\r\n");
        assertThat(desk.answer("AT+NETOPEN")).endsWith("+NETOPEN: 0\r\n");
        assertThat(desk.answer("AT+CIPOPEN=0,\"TCP\",\"there.example\",80")).endsWith("CONNECT 115200\r\n");
        desk.network.last().room = 0;
        return desk;
    }

    @Test
    void a_speed_lasts_until_the_next_boot_unless_it_is_saved() {
        Desk desk = new Desk(Profile.A7670E);
        desk.baud = 115_200;
        assertThat(desk.answer("AT+IPR=9600")).endsWith("OK\r\n");
        assertThat(desk.baud).isEqualTo(9600);
        desk.modem.reboot();
        assertThat(desk.heard()).startsWith("\r\n*ATREADY: 1\r\n");
        assertThat(desk.baud).isEqualTo(115_200);
        assertThat(desk.answer("AT+IPREX=921600")).endsWith("OK\r\n");
        desk.modem.reboot();
        assertThat(desk.heard()).startsWith("\r\n*ATREADY: 1\r\n");
        assertThat(desk.baud).isEqualTo(921_600);
    }
}
