package dev.gatehouse.simulator;

import org.junit.jupiter.api.Test;

import dev.gatehouse.simulator.modem.Timing;
import dev.gatehouse.simulator.net.Radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// One session from the first command to the last.
class SimulatorTest {
    @Test
    void a_speed_or_a_delay_below_zero_is_refused_in_words() {
        assertThatThrownBy(() -> SimulatorOptions.fast().withBaud(-5, false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not -5");
        assertThatThrownBy(() -> new Radio(-1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more");
        assertThatThrownBy(() -> Timing.fast().withBoot(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not -1");
    }

    @Test
    void bytes_go_to_a_server_and_come_back_and_what_came_before_the_end_can_be_read_after_it() throws Exception {
        try (EchoServer server = new EchoServer();
                Simulator simulator = Simulator.start(SimulatorOptions.fast());
                User user = new User(simulator)) {
            user.command("ATE0");
            user.command("AT+CIPRXGET=1");
            user.command("AT+NETOPEN", "+NETOPEN: 0\r\n");
            user.command("AT+CIPOPEN=0,\"TCP\",\"127.0.0.1\"," + server.port(), "+CIPOPEN: 0,0\r\n");
            user.command("AT+CIPSEND=0,6", "\r\n>");
            user.type("hello!");
            assertThat(user.until("6,6\r\n")).isEqualTo("\r\nOK\r\n\r\n+CIPSEND: 0,6,6\r\n");
            assertThat(user.until("+IPCLOSE: 0,1\r\n")).startsWith("\r\n+CIPRXGET: 1,0\r\n");
            assertThat(user.command("AT+CIPRXGET=2,0,1500"))
                    .isEqualTo("\r\n+CIPRXGET: 2,0,6,0\r\nhello!\r\n\r\nOK\r\n");
            assertThat(user.command("AT+CIPCLOSE=0", "ERROR\r\n")).isEqualTo("\r\n+CIPCLOSE: 0,4\r\n\r\nERROR\r\n");
        }
    }
}
