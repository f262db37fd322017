package dev.gatehouse.tests.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HexFormat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/// A client of MQTT 3.1.1 that sends bytes and says which bytes must come back, one packet at a time.
///
/// Nothing is read ahead and nothing is skipped: a packet that no test asked for fails the next line.
final class Client311 implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /// Connects the socket and sends nothing.
    Client311(int port) {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Client311 sends(byte[]... packets) {
        try {
            socket.getOutputStream().write(Bytes311.join(packets));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next packet is exactly this one.
    Client311 gets(byte[] expected) {
        assertThat(next()).isEqualTo(HexFormat.of().formatHex(expected));
        return this;
    }

    /// The next packets are exactly these, in whichever order.
    Client311 getsInAnyOrder(byte[]... expected) {
        String[] all = new String[expected.length];
        String[] seen = new String[expected.length];
        for (int i = 0; i < expected.length; i++) {
            all[i] = HexFormat.of().formatHex(expected[i]);
            seen[i] = next();
        }
        assertThat(seen).containsExactlyInAnyOrder(all);
        return this;
    }

    /// Subscribes to one filter and gets the QoS it asked for.
    Client311 subscribes(String filter, int qos) {
        return sends(Bytes311.subscribe(1, filter, qos)).gets(Bytes311.suback(1, qos));
    }

    /// All that it published is done with: what was to be retained is, also at QoS 0, which nobody acknowledges. A
    /// subscription waits for what its own client published before; PINGREQ does not.
    Client311 hasPublished() {
        return subscribes("nothing/is/published/here", 0);
    }

    /// The server answers, and nothing else was on its way before the answer.
    Client311 hasNothingElse() {
        return sends(Bytes311.PINGREQ).gets(Bytes311.PINGRESP);
    }

    /// The next packet, in hexadecimal digits.
    String next() {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        try {
            int first = in.read();
            if (first < 0) {
                return fail("the server closed the connection");
            }
            packet.write(first);
            int rest = 0;
            int shift = 0;
            int digit;
            do {
                digit = in.readUnsignedByte();
                packet.write(digit);
                rest |= (digit & 0x7F) << shift;
                shift += 7;
            } while (digit > 0x7F);
            packet.writeBytes(in.readNBytes(rest));
        } catch (SocketTimeoutException late) {
            return fail("nothing came within " + PATIENCE_MILLIS + " ms", late);
        } catch (IOException e) {
            return fail("the connection broke: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(packet.toByteArray());
    }

    /// The next bytes, whatever they are, in hexadecimal digits.
    String bytes(int count) {
        try {
            return HexFormat.of().formatHex(in.readNBytes(count));
        } catch (IOException e) {
            return fail("the connection broke: " + e.getMessage(), e);
        }
    }

    /// The next bytes are exactly these.
    Client311 getsBytes(byte[] expected) {
        assertThat(bytes(expected.length)).isEqualTo(HexFormat.of().formatHex(expected));
        return this;
    }

    /// An HTTP response up to its empty line.
    String head() {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) Integer.parseInt(bytes(1), 16));
        }
        return head.toString();
    }

    /// Everything until the server closes, in hexadecimal digits.
    String rest() {
        try {
            return HexFormat.of().formatHex(in.readAllBytes());
        } catch (IOException e) {
            return fail("the connection broke: " + e.getMessage(), e);
        }
    }

    /// The server closes, and sends nothing before that.
    void isClosed() {
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        try (this) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                before.write(next);
            }
        } catch (SocketTimeoutException late) {
            fail("the server did not close within " + PATIENCE_MILLIS + " ms", late);
        } catch (SocketException reset) {
            // The server closed while something that it no longer reads was on its way: closed all the same.
            assertThat(reset).hasMessageContaining("reset");
        } catch (IOException e) {
            fail("the connection broke: " + e.getMessage(), e);
        }
        assertThat(HexFormat.of().formatHex(before.toByteArray())).as("what comes before the close").isEmpty();
    }

    /// Says goodbye, and waits until the server has closed.
    void disconnects() {
        sends(Bytes311.DISCONNECT).isClosed();
    }

    /// Sends no more, and would still read.
    Client311 halfCloses() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Goes away without a word.
    void vanishes() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
