package dev.gatehouse.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Typed doctor(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "doctor";
        System.arraycopy(args, 0, all, 1, args.length);
        return new Typed(folder).bare(all);
    }

    @Test
    void the_exit_code_tells_the_stage_and_the_first_line_too() throws IOException {
        Typed typed = doctor("mqtt://127.0.0.1:" + closedPort());
        assertThat(typed.code()).isEqualTo(11);
        assertThat(typed.lines().getFirst()).startsWith("FAILS at tcp  mqtt://127.0.0.1:");
        assertThat(typed.out()).contains("cause       tcp-refused, certain");
    }

    @Test
    void json_has_the_documented_shape() throws IOException {
        Typed typed = doctor("mqtts://nowhere.example", "--connect-to", "127.0.0.1:" + closedPort(), "--json");
        JsonNode json = new ObjectMapper().readTree(typed.out());
        assertThat(json.fieldNames()).toIterable().containsExactly("url", "when", "healthy", "stage", "decided",
                "verdicts",
                "collect", "remarks", "steps", "needs");
        assertThat(json.get("stage").asText()).isEqualTo("tcp");
        assertThat(json.get("verdicts").get(0).get("cause").asText()).isEqualTo("tcp-refused");
        assertThat(json.get("steps").get(1).get("ok").asBoolean()).isFalse();
    }

    @Test
    void wrong_arguments_are_refused_with_what_would_be_right() {
        for (List<String> args : List.of(List.of("broker.example"), List.of("mqtt://h", "--protocol", "4"),
                List.of("mqtt://h", "--timeout", "0"), List.of("mqtt://h", "--connect-to", "h"),
                List.of("mqtts://h", "--cert", "x"), List.of("mqtts://h", "--server-name", "a", "--no-server-name"),
                List.of("mqtt://u:p@h"), List.of("mqtt://h", "--topic", "a/#"), List.of("mqtt://h", "--topic", ""),
                List.of("mqtt://h:0"), List.of("mqtt://" + "a".repeat(300)),
                List.of("mqtts://h", "--server-name", "a.".repeat(150) + "b"), List.<String>of())) {
            assertThat(doctor(args.toArray(String[]::new)).code()).as(args.toString()).isEqualTo(2);
        }
    }

    @Test
    void a_file_that_is_none_or_another_is_said_to_be_what_it_is() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "nothing of that kind");
        Path key = Files.writeString(folder.resolve("a.key"),
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Map.of(folder, "is a folder: name the file in it", folder.resolve("missing"), "does not exist", text,
                "is no file of certificates (PEM or DER)", key, "has a key and no certificate")
                .forEach((file, words) -> {
                    Typed typed = doctor("mqtts://h", "--cafile", file.toString());
                    assertThat(typed.code()).as(words).isEqualTo(1);
                    assertThat(typed.err()).contains(words);
                });
        assertThat(doctor("mqtts://h", "--cert", text.toString()).err()).contains("--key is missing");
        assertThat(doctor("mqtts://h", "--cert", folder.toString(), "--key", key.toString()).err())
                .contains("is a folder: name the file in it");
    }

    @Test
    void help_has_the_exit_codes() {
        assertThat(doctor("--help").out()).contains(" 10  fails at dns", " 14  fails at tls-cert");
    }
}
