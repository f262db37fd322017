package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemState;
import dev.gatehouse.modem.Receive;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// The ways in which received bytes come from the modem, and the speeds at which it is found.
@Timeout(120)
class PushIT {
    private static Socket connected(Rig rig, Peer peer) throws IOException {
        Socket socket = rig.modem().socketFactory().createSocket();
        socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
        return socket;
    }

    @ParameterizedTest
    @EnumSource(Receive.class)
    void however_bytes_are_received_all_of_them_come_before_the_end(Receive receive) throws Exception {
        try (Rig rig = Rig.online(SimulatorOptions.fast(), Rig.impatient().withReceive(receive), List.of())) {
            for (long seed = 0; seed < 10; seed++) {
                try (Peer peer = new Peer(seed); Socket socket = connected(rig, peer)) {
                    ByteArrayOutputStream got = new ByteArrayOutputStream();
                    Peer.exchange(socket, seed, 20_000, 60_000, got);
                    assertThat(got.toByteArray()).isEqualTo(Peer.fromServer(seed, 60_000));
                    assertThat(peer.lastReceived()).isEqualTo(Peer.fromClient(seed, 20_000));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"split:bytes=8,gap=0", "urc-merged:percent=50", "urc-before-answer:percent=50", "merge",
            "echo"})
    void pushed_bytes_stand_the_noise_of_a_network(String fault) throws Exception {
        try (Rig rig = Rig.online(SimulatorOptions.fast(), Rig.impatient().withReceive(Receive.PUSH), List.of(fault));
                Peer peer = new Peer(4);
                Socket socket = connected(rig, peer)) {
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            Peer.exchange(socket, 4, 9_000, 30_000, got);
            assertThat(got.toByteArray()).isEqualTo(Peer.fromServer(4, 30_000));
        }
    }

    @Test
    void pushed_bytes_of_two_connections_are_told_apart_by_their_peers_and_two_to_one_peer_are_refused()
            throws Exception {
        try (Rig rig = Rig.online(SimulatorOptions.fast(), Rig.impatient().withReceive(Receive.PUSH), List.of());
                Peer one = new Peer(1);
                Peer two = new Peer(2);
                Socket first = connected(rig, one);
                Socket second = connected(rig, two)) {
            assertThatThrownBy(() -> connected(rig, one)).isInstanceOfSatisfying(ModemException.class,
                    e -> assertThat(e.trouble()).isEqualTo(Trouble.REFUSED));
            ByteArrayOutputStream fromFirst = new ByteArrayOutputStream();
            ByteArrayOutputStream fromSecond = new ByteArrayOutputStream();
            Thread other = Thread.ofVirtual().start(() -> {
                try {
                    Peer.exchange(second, 2, 5_000, 20_000, fromSecond);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            Peer.exchange(first, 1, 5_000, 20_000, fromFirst);
            other.join();
            assertThat(fromFirst.toByteArray()).isEqualTo(Peer.fromServer(1, 20_000));
            assertThat(fromSecond.toByteArray()).isEqualTo(Peer.fromServer(2, 20_000));
        }
    }

    /// A line whose speed can be set; at another speed than the modem's there is noise.
    private static final class SpeedLine implements Line {
        private final Line wire;
        private final int modemSpeed;
        private volatile int speed;

        SpeedLine(Simulator simulator, int modemSpeed, int speed) {
            this.wire = Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false);
            this.modemSpeed = modemSpeed;
            this.speed = speed;
        }

        @Override
        public void open() throws IOException {
            wire.open();
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            int got = wire.read(buffer);
            for (int i = 0; i < got && speed != modemSpeed; i++) {
                buffer[i] = (byte) (0x80 | buffer[i] * 7);
            }
            return got;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            byte[] heard = bytes.clone();
            for (int i = 0; i < heard.length && speed != modemSpeed; i++) {
                heard[i] = (byte) 0xff;
            }
            wire.write(heard);
        }

        @Override
        public boolean speed(int bitsPerSecond) {
            speed = bitsPerSecond;
            return true;
        }

        @Override
        public void close() {
            wire.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9_600, 921_600})
    void a_modem_at_another_speed_is_found(int modemSpeed) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast());
                Modem modem = Modem.open(new SpeedLine(simulator, modemSpeed, 115_200), Rig.impatient())) {
            modem.awaitOnline(java.time.Duration.ofSeconds(60));
            assertThat(modem.state()).isInstanceOf(ModemState.Online.class);
        }
    }
}
