package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.simulator.SimulatorOptions;
import dev.gatehouse.simulator.modem.Timing;
import dev.gatehouse.simulator.modem.Transcript;

import static org.assertj.core.api.Assertions.assertThat;

/// How much of a serial line's speed is left for payload, and what a small write costs. Not part of the usual run, since
/// it takes its time and wants a quiet machine:
///
/// `./mvnw -pl modem,modem-simulator,tests verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false
/// -Dit.test=ThroughputMeasurement`
///
/// The driver has the settings that a user gets. The simulated modem takes no time to think (prompt, confirmation and
/// data come as soon as the line has carried the last byte of what they answer), so the line and the driver are the only
/// limits. Whatever else the machine does makes an exchange longer and never shorter, so the best of some rounds counts;
/// all of them are printed.
///
/// What the line allows: a piece of 1500 bytes
/// costs, on the way up, `AT+CIPSEND=0,1500` and its CR (18 bytes), the prompt (3) and the confirmation
/// (`OK` and `+CIPSEND: 0,1500,1500` with their line ends, 32); on the way down `AT+CIPRXGET=2,0,1500` and its CR (21),
/// the header (about 28) and `OK` (8). The modem does one thing at a time, so all of that is on the line one after the
/// other, 10 bits a byte.
class ThroughputMeasurement {
    private static final int ROUNDS = 4;
    /// How much of the line's time a round takes.
    private static final int SECONDS = 4;
    private static final int PIECE = 1500;
    private static final int AROUND_SEND = 18 + 3 + 32;
    private static final int AROUND_READ = 21 + 28 + 8;

    @ParameterizedTest
    @ValueSource(ints = {115_200, 921_600})
    void ninety_percent_of_what_the_line_allows(int baud) throws Exception {
        int bytes = baud * SECONDS / 10;
        double up = best(baud + " baud, up", () -> rate(baud, bytes, 0));
        double down = best(baud + " baud, down", () -> rate(baud, 0, bytes));
        double upMax = baud / 10.0 * PIECE / (PIECE + AROUND_SEND);
        double downMax = baud / 10.0 * PIECE / (PIECE + AROUND_READ);
        print("%d baud, up:   %.0f bytes/s of %.0f, %.1f %%", baud, up, upMax, 100 * up / upMax);
        print("%d baud, down: %.0f bytes/s of %.0f, %.1f %%", baud, down, downMax, 100 * down / downMax);
        assertThat(up).isGreaterThan(0.9 * upMax);
        assertThat(down).isGreaterThan(0.9 * downMax);
    }

    private static double best(String what, Callable<Double> round) throws Exception {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rates.add(round.call());
        }
        print("%s: rounds of %s bytes/s", what, rates.stream().map(rate -> String.valueOf(Math.round(rate))).toList());
        return Collections.max(rates);
    }

    private static SimulatorOptions line(int baud) {
        return SimulatorOptions.fast().withBaud(baud, false).with(new Timing(0, 0, 0, 1, 0, 30, 1, 5, 1, 20));
    }

    private static double rate(int baud, int up, int down) throws Exception {
        try (Rig rig = Rig.online(line(baud), ModemSettings.usual(), List.of());
                Peer peer = new Peer(3);
                Socket socket = rig.modem().socketFactory().createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            long start = System.nanoTime();
            Peer.sayHowMuch(socket, up, down);
            if (up > down) {
                socket.getOutputStream().write(Peer.fromClient(3, up));
            }
            got.writeBytes(socket.getInputStream().readAllBytes());
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(got.toByteArray()).isEqualTo(Peer.fromServer(3, down));
            return Math.max(up, down) / seconds;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {115_200, 921_600})
    void a_small_write_is_one_exchange(int baud) throws IOException, InterruptedException {
        try (Rig rig = Rig.online(line(baud), ModemSettings.usual(), List.of());
                Peer peer = new Peer(3);
                Socket socket = rig.modem().socketFactory().createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
            socket.getOutputStream().write(new byte[]{0, 0, 100, 0, 0, 0, 0, 0});
            int writes = 200;
            long before = sends(rig);
            double[] millis = new double[writes];
            for (int i = 0; i < writes; i++) {
                long start = System.nanoTime();
                socket.getOutputStream().write(new byte[20]);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            Arrays.sort(millis);
            // AT+CIPSEND=0,20 CR, prompt, payload, OK and +CIPSEND: 0,20,20
            double line = (16 + 3 + 20 + 28) * 10_000.0 / baud;
            print("%d baud: a write of 20 bytes takes %.2f ms (median; 90 %% take up to %.2f), of which the line %.2f ms",
                    baud, millis[writes / 2], millis[writes * 9 / 10], line);
            assertThat(sends(rig) - before).isEqualTo(writes);
        }
    }

    private static long sends(Rig rig) {
        return rig.simulator().log().stream().filter(entry -> entry.who() == Transcript.Who.USER
                && entry.octets().contains("AT+CIPSEND=")).count();
    }

    @SuppressWarnings("AnnotateFormatMethod") // of this class alone
    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
