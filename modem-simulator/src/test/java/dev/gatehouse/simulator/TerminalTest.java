package dev.gatehouse.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The terminal, opened by other programs.
class TerminalTest {
    @TempDir
    private Path folder = Path.of("replaced by JUnit");

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            assumeTrue(false, command[0] + " is not installed");
            throw missing;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void a_program_opens_it_talks_to_the_modem_leaves_and_comes_again() throws Exception {
        Path link = folder.resolve("modem");
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast()
                .with(new SimulatorOptions.Wiring.Pty(link)))) {
            assertThat(simulator.path()).startsWith("/dev/");
            String program = "import os,sys;f=os.open(sys.argv[1],os.O_RDWR|os.O_NOCTTY);os.write(f,b'AT\\r');b=b''\n"
                    + "while not b.endswith(b'OK\\r\\n'): b+=os.read(f,100)\nprint(repr(b))";
            for (int i = 0; i < 3; i++) {
                assertThat(run("python3", "-c", program, link.toString()))
                        .isEqualTo("b'AT\\r\\r\\nOK\\r\\n'\n");
            }
        }
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void the_speed_that_a_program_sets_counts_when_the_line_is_strict() throws Exception {
        Path link = folder.resolve("modem");
        try (Simulator _ = Simulator.start(SimulatorOptions.fast().withBaud(115_200, true)
                .with(new SimulatorOptions.Wiring.Pty(link)))) {
            String program = """
                    import os, sys, select, time
                    f = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
                    os.write(f, b'AT\\r' * 5)
                    b = b''
                    e = time.time() + float(sys.argv[2])
                    while time.time() < e and not b.endswith(b'OK\\r\\n'):
                        r, _, _ = select.select([f], [], [], 0.1)
                        if r:
                            b += os.read(f, 100)
                    print(b'OK' in b)
                    """;
            run("stty", "-F", link.toString(), "9600");
            assertThat(run("python3", "-c", program, link.toString(), "0.3")).isEqualTo("False\n");
            run("stty", "-F", link.toString(), "115200");
            assertThat(run("python3", "-c", program, link.toString(), "10")).isEqualTo("True\n");
        }
    }
}
