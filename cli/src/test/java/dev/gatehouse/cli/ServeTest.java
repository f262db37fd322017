package dev.gatehouse.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// `serve` as a process of its own, because it ends with its process.
@Timeout(60)
class ServeTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();
    private Path config;
    private Typed shell;

    @BeforeEach
    void configure() throws IOException {
        config = Files.writeString(folder.resolve("gatehouse.yaml"), """
                data: data
                domain: mq.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme}
                  - {name: wss, protocol: wss, host: 127.0.0.1, port: 0}
                tenants:
                  - {name: acme, anonymous: true}
                """);
        shell = new Typed(folder.resolve("data"));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void it_says_when_it_is_ready_answers_commands_and_drains_on_SIGTERM_with_exit_code_0() throws Exception {
        Process service = serve();
        List<String> said = untilReady(service.inputReader());
        assertThat(said.getFirst()).startsWith("Gatehouse ").contains("transport ", "TLS engine ");
        assertThat(said.get(1)).matches("  tcp +mqtt +127\\.0\\.0\\.1:[1-9][0-9]* +tenant acme");
        assertThat(said.get(2)).matches("  wss +wss +127\\.0\\.0\\.1:[1-9][0-9]* +tenant by server name, path /mqtt");
        assertThat(said.getLast()).isEqualTo("Gatehouse ready, data in " + folder.resolve("data"));

        assertThat(shell.bare("status", "--config", config.toString()).code()).isZero();
        assertThat(shell.out()).contains("process " + service.pid());
        assertThat(shell.command("tenant", "add", "globex").code()).isZero();

        service.destroy();
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isZero();
        assertThat(folder.resolve("data").resolve("gatehouse.sock")).doesNotExist();
        assertThat(shell.command("status").code()).isEqualTo(69);
    }

    @Test
    void a_second_one_on_the_same_data_says_so_and_leaves_the_first_alone() throws Exception {
        Process first = serve();
        untilReady(first.inputReader());
        Process second = serve();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(second.errorReader().lines().collect(Collectors.joining("\n"))).contains("gatehouse: ")
                .contains("process " + first.pid())
                .contains("--data").doesNotContain("\tat ");
        assertThat(shell.command("status").code()).isZero();
    }

    private Process serve() throws IOException {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), Gatehouse.class.getName(), "serve", "--config",
                config.toString()).start();
        processes.add(process);
        return process;
    }

    private static List<String> untilReady(BufferedReader out) throws IOException {
        List<String> said = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.add(line);
            if (line.startsWith("Gatehouse ready")) {
                return said;
            }
        }
        throw new AssertionError("it ended before it was ready, having said " + said);
    }
}
