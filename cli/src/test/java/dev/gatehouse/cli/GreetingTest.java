package dev.gatehouse.cli;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GreetingTest {
    private static final List<Greeting.Door> DOORS = List.of(
            new Greeting.Door("mqtt", "mqtt", "127.0.0.1:1883", "tenant demo"),
            new Greeting.Door("mqtts", "mqtts", "127.0.0.1:8883", "tenant by server name"));

    @Test
    void with_a_configuration_it_says_what_was_chosen_and_that_it_is_ready() {
        assertThat(new Greeting("1.2.3", "epoll", "BoringSSL", "/srv/data", DOORS, null).lines()).containsExactly(
                "Gatehouse 1.2.3: transport epoll, TLS engine BoringSSL",
                "  mqtt   mqtt   127.0.0.1:1883         tenant demo",
                "  mqtts  mqtts  127.0.0.1:8883         tenant by server name",
                "Gatehouse ready, data in /srv/data");
    }

    @Test
    void without_one_it_says_how_to_come_in_with_three_commands_on_a_line_each() {
        var demo = new Greeting.Demo("demo", List.of("localhost", "demo.mq.localhost"), 8883, "device", "s3cret",
                "/srv/my data/ca.pem", "./gatehouse attempts --failed");
        List<String> lines = new Greeting("1.2.3", "epoll", "BoringSSL", "/srv/my data", DOORS, demo).lines();
        assertThat(lines).contains("  host names  localhost, demo.mq.localhost", "  user        device",
                "  password    s3cret", "  CA          /srv/my data/ca.pem",
                "mosquitto_pub --cafile '/srv/my data/ca.pem' -h localhost -p 8883 -u device -P s3cret -t demo/hello "
                        + "-m hi",
                "openssl s_client -brief -connect localhost:8883 -servername localhost -CAfile '/srv/my data/ca.pem' "
                        + "-verify_return_error </dev/null");
        assertThat(lines).filteredOn(line -> line.startsWith("python3 -c '")).singleElement().asString()
                .endsWith("' '/srv/my data/ca.pem' localhost 8883 device s3cret");
        assertThat(lines.getLast()).startsWith("Gatehouse ready");
    }

    @Test
    void words_are_quoted_so_that_a_shell_reads_them_back() {
        assertThat(Greeting.command("a", "b c", "it's", "", "$x")).isEqualTo("a 'b c' 'it'\\''s' '' '$x'");
    }
}
