package dev.gatehouse.simulator;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// One session from the first command to the last.
class SimulatorTest {
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
