package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.ModemTls;

import static org.assertj.core.api.Assertions.assertThat;

/// Bytes through the modem, both ways at once, while it misbehaves: plain, with TLS on top, with TLS in the modem. See
/// [Trials] for how to run thousands.
class TransfersIT {
    private static final int SEEDS = 50;
    private static final int SEEDS_TLS = 16;
    private static final String CA = "ca.pem";

    @TempDir
    Path folder;

    @Test
    void a_megabyte_arrives_both_ways_at_once() throws Exception {
        try (Rig rig = Rig.online();
                Peer peer = new Peer(7);
                Socket socket = rig.modem().socketFactory().createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            Peer.exchange(socket, 7, 1 << 20, 1 << 20, got);
            assertThat(got.toByteArray()).isEqualTo(Peer.fromServer(7, 1 << 20));
            assertThat(peer.lastReceived()).isEqualTo(Peer.fromClient(7, 1 << 20));
        }
    }

    @Test
    void whatever_harmless_the_modem_does_everything_arrives() throws Exception {
        Trials.harmless(SEEDS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed)) {
                Trial.run(seed, faults, named, peer, _ -> {}, Trial.PLAIN).hasEverything();
            }
        });
    }

    @Test
    void when_the_modem_really_fails_what_arrived_is_right_and_the_rest_is_an_error() throws Exception {
        Trials.harmful(SEEDS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed)) {
                Trial trial = Trial.run(seed, faults, named, peer, _ -> {}, Trial.PLAIN);
                trial.hasNothingWrong();
                // To a program, a modem that says that the peer has closed cannot be told from a peer that has.
                if (!faults.getFirst().startsWith("close:link=0,cause=1")) {
                    trial.hasEverythingOrSaysWhy();
                }
            }
        });
    }

    private static Socket secured(Certified certified, Rig rig, String host, int port) throws Exception {
        Socket plain = Trial.PLAIN.to(rig, host, port);
        SSLSocket socket = (SSLSocket) certified.client().getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Test
    void with_tls_on_top_everything_arrives_whatever_harmless_the_modem_does() throws Exception {
        Certified certified = Certified.in(folder);
        Trials.harmless(SEEDS_TLS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed, certified.listening())) {
                Trial.run(seed, faults, named, peer, _ -> {}, (rig, host, port) -> secured(certified, rig, host, port))
                        .hasEverything();
            }
        });
    }

    @Test
    void with_tls_on_top_a_failure_of_the_modem_is_an_error() throws Exception {
        Certified certified = Certified.in(folder);
        Trials.harmful(SEEDS_TLS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed, certified.listening())) {
                // An end without TLS's own is an error, also when the modem says that the peer has closed.
                Trial.run(seed, faults, named, peer, _ -> {}, (rig, host, port) -> secured(certified, rig, host, port))
                        .hasEverythingOrSaysWhy();
            }
        });
    }

    @Test
    void with_tls_in_the_modem_everything_arrives_whatever_harmless_it_does() throws Exception {
        Certified certified = Certified.in(folder);
        Trials.harmless(SEEDS_TLS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed, certified.listening())) {
                inModem(certified, seed, Trials.forTls(faults), named, peer).hasEverything();
            }
        });
    }

    @Test
    void with_tls_in_the_modem_what_arrived_is_right_and_the_rest_is_an_error() throws Exception {
        Certified certified = Certified.in(folder);
        Trials.harmful(SEEDS_TLS, (seed, faults, named) -> {
            try (Peer peer = new Peer(seed, certified.listening())) {
                inModem(certified, seed, Trials.forTls(faults), named, peer).hasEverythingOrSaysWhy();
            }
        });
    }

    private static Trial inModem(Certified certified, long seed, java.util.List<String> faults, String named, Peer peer)
            throws Exception {
        return Trial.run(seed, faults, named, peer,
                rig -> rig.modem().certificates().store(CA, certified.authorityFile()), (rig, host, port) -> {
                    Socket socket = rig.modem().tlsSocketFactory(ModemTls.checking(CA)).createSocket(host, port);
                    socket.setSoTimeout(10_000);
                    return socket;
                });
    }
}
