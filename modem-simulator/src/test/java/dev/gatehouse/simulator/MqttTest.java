package dev.gatehouse.simulator;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// The modem's own MQTT client, against a broker of one connection that reads and writes bytes.
class MqttTest {
    private final ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    private final Simulator simulator = Simulator.start(SimulatorOptions.fast());
    private final User user = new User(simulator);

    MqttTest() throws Exception {
        user.command("ATE0");
        user.command("AT+CMQTTSTART", "+CMQTTSTART: 0\r\n");
        user.command("AT+CMQTTACCQ=0,\"device\"");
    }

    @AfterEach
    void end() throws Exception {
        user.close();
        simulator.close();
        server.close();
    }

    private Socket connected(int code) throws Exception {
        user.type("AT+CMQTTCONNECT=0,\"tcp://127.0.0.1:" + server.getLocalPort() + "\",60,1,\"u\",\"p\"\r");
        Socket client = server.accept();
        assertThat(read(client)[0]).isEqualTo((byte) 0x10);
        client.getOutputStream().write(new byte[]{0x20, 2, 0, (byte) code});
        return client;
    }

    /// One packet; all that come here are shorter than 128 bytes.
    private static byte[] read(Socket client) throws Exception {
        byte[] head = client.getInputStream().readNBytes(2);
        byte[] body = client.getInputStream().readNBytes(head[1]);
        byte[] all = new byte[2 + body.length];
        System.arraycopy(head, 0, all, 0, 2);
        System.arraycopy(body, 0, all, 2, body.length);
        return all;
    }

    @Test
    void the_version_is_3_1_unless_3_1_1_is_asked_for() throws Exception {
        user.type("AT+CMQTTCONNECT=0,\"tcp://127.0.0.1:" + server.getLocalPort() + "\",60,1\r");
        try (Socket client = server.accept()) {
            assertThat(new String(read(client), StandardCharsets.ISO_8859_1)).contains("MQIsdp");
            client.getOutputStream().write(new byte[]{0x20, 2, 0, 0});
            user.until("+CMQTTCONNECT: 0,0\r\n");
        }
        user.until("+CMQTTCONNLOST: 0,1\r\n");
        user.command("AT+CMQTTCFG=\"version\",0,4");
        Socket client = connected(0);
        user.until("+CMQTTCONNECT: 0,0\r\n");
        client.close();
    }

    @Test
    void a_server_that_closes_instead_of_an_answer_has_a_number_too() throws Exception {
        user.type("AT+CMQTTCONNECT=0,\"tcp://127.0.0.1:" + server.getLocalPort() + "\",60,1\r");
        server.accept().close();
        user.until("+CMQTTCONNECT: 0,");
        assertThat(user.until("\r\n")).isIn("3\r\n", "26\r\n");
    }

    @Test
    void a_refusal_has_its_number() throws Exception {
        user.command("AT+CMQTTCFG=\"version\",0,4");
        for (int code = 1; code <= 5; code++) {
            Socket client = connected(code);
            user.until("+CMQTTCONNECT: 0," + (26 + code) + "\r\n");
            client.close();
        }
    }

    @Test
    void messages_go_out_and_come_in() throws Exception {
        user.command("AT+CMQTTCFG=\"version\",0,4");
        try (Socket client = connected(0)) {
            user.until("+CMQTTCONNECT: 0,0\r\n");
            user.command("AT+CMQTTSUB=0,3,1", "\r\n>");
            user.type("a/b");
            byte[] subscribe = read(client);
            client.getOutputStream().write(new byte[]{(byte) 0x90, 3, subscribe[2], subscribe[3], 1});
            assertThat(user.until("+CMQTTSUB: 0,0\r\n")).startsWith("\r\nOK\r\n");
            user.command("AT+CMQTTTOPIC=0,3", "\r\n>");
            user.type("c/d");
            user.until("OK\r\n");
            user.command("AT+CMQTTPAYLOAD=0,2", "\r\n>");
            user.type("hi");
            user.until("OK\r\n");
            user.type("AT+CMQTTPUB=0,1,60\r");
            byte[] publish = read(client);
            client.getOutputStream().write(new byte[]{0x40, 2, publish[7], publish[8]});
            user.until("+CMQTTPUB: 0,0\r\n");
            client.getOutputStream().write(new byte[]{0x30, 9, 0, 3, 'a', '/', 'b', '>', 'O', 'K', 0});
            assertThat(user.until("+CMQTTRXEND: 0\r\n")).isEqualTo("""
                    \r
                    +CMQTTRXSTART: 0,3,4\r
                    +CMQTTRXTOPIC: 0,3\r
                    a/b\r
                    +CMQTTRXPAYLOAD: 0,4\r
                    >OK\0\r
                    +CMQTTRXEND: 0\r
                    """);
            user.type("AT+CMQTTDISC=0,60\r");
            user.until("+CMQTTDISC: 0,0\r\n");
            user.command("AT+CMQTTREL=0");
            user.command("AT+CMQTTSTOP", "+CMQTTSTOP: 0\r\n");
        }
    }

    @Test
    void nobody_there_and_a_name_that_is_not_known_have_their_numbers() throws Exception {
        int port = server.getLocalPort();
        server.close();
        user.command("AT+CMQTTCONNECT=0,\"tcp://127.0.0.1:" + port + "\",60,1", "+CMQTTCONNECT: 0,3\r\n");
        user.command("AT+CMQTTCONNECT=0,\"tcp://no.such.name.invalid:1\",60,1", "+CMQTTCONNECT: 0,25\r\n");
    }

    @Test
    void a_broker_that_does_not_read_makes_the_modem_busy_and_nothing_is_kept_without_limit() throws Exception {
        try (Socket client = connected(0)) {
            user.until("+CMQTTCONNECT: 0,0\r\n");
            String payload = "x".repeat(10_240);
            String result = "+CMQTTPUB: 0,0\r\n";
            int sent = 0;
            while (result.equals("+CMQTTPUB: 0,0\r\n") && sent < 1000) {
                user.command("AT+CMQTTTOPIC=0,1", "\r\n>");
                user.type("t");
                user.until("OK\r\n");
                user.command("AT+CMQTTPAYLOAD=0,10240", "\r\n>");
                user.type(payload);
                user.until("OK\r\n");
                user.command("AT+CMQTTPUB=0,0,1");
                user.until("\r\n+CMQTTPUB: ");
                result = "+CMQTTPUB: " + user.until("\r\n");
                sent++;
            }
            assertThat(sent).isLessThan(1000);
            assertThat(result).isIn("+CMQTTPUB: 0,17\r\n", "+CMQTTPUB: 0,14\r\n");
            assertThat(client.isClosed()).isFalse();
        }
    }
}
