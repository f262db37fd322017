package dev.gatehouse.tests.refusals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Version;

/// A client that sends what it is told, byte by byte, and knows what came back. Over TCP or the JDK's TLS.
final class RawClient implements AutoCloseable {
    private static final byte[] NO_BYTES = {};

    private final Socket tcp;
    private final Socket socket;
    private final String local;
    private final ByteBuf received = Unpooled.buffer();

    private RawClient(Socket tcp, Socket socket) throws SocketException {
        this.tcp = tcp;
        this.socket = socket;
        this.local = "127.0.0.1:" + tcp.getLocalPort();
        socket.setSoTimeout((int) Gate.PATIENCE.toMillis());
    }

    static RawClient tcp(int port) throws IOException {
        Socket tcp = connect(port);
        return new RawClient(tcp, tcp);
    }

    /// One for which the system keeps little that is not read: by itself it would keep up to 32 MB.
    static RawClient smallTcp(int port) throws IOException {
        Socket tcp = new Socket();
        tcp.setReceiveBufferSize(65_536);
        return new RawClient(connect(port, tcp), tcp);
    }

    private static Socket connect(int port) throws IOException {
        return connect(port, new Socket());
    }

    private static Socket connect(int port, Socket tcp) throws IOException {
        tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        tcp.setTcpNoDelay(true);
        return tcp;
    }

    /// How a TLS connection is made.
    ///
    /// @param serverName null: none is sent
    /// @param ca null: nothing is trusted that the JDK does not trust
    /// @param protocol `TLSv1.2` or `TLSv1.3`
    /// @param suite null: the JDK's choice
    record Tls(@Nullable String serverName, @Nullable Path ca, String protocol, @Nullable String suite) {}

    /// Connects and starts the handshake.
    ///
    /// @throws SSLException when the handshake fails; the client's address is in [TlsFailure]
    static RawClient tls(int port, Tls how) throws IOException, GeneralSecurityException {
        Socket tcp = connect(port);
        SSLContext context = SSLContext.getInstance("TLS");
        Path ca = how.ca();
        context.init(null, ca == null ? null : trusting(ca).getTrustManagers(), null);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, "", tcp.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[]{how.protocol()});
        String suite = how.suite();
        if (suite != null) {
            parameters.setCipherSuites(new String[]{suite});
        }
        String name = how.serverName();
        parameters.setServerNames(name == null ? List.of() : List.of(new AnyName(name)));
        tls.setSSLParameters(parameters);
        tls.setSoTimeout((int) Gate.PATIENCE.toMillis());
        try {
            tls.startHandshake();
        } catch (IOException refused) {
            String local = "127.0.0.1:" + tcp.getLocalPort();
            tls.close();
            throw new TlsFailure(local, refused);
        }
        return new RawClient(tcp, tls);
    }

    private static TrustManagerFactory trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /// A server name that the JDK does not check: addresses and nonsense too.
    private static final class AnyName extends SNIServerName {
        AnyName(String name) {
            super(0, name.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// The handshake failed.
    static final class TlsFailure extends IOException {
        private static final long serialVersionUID = 1;
        private final String local;

        TlsFailure(String local, IOException cause) {
            super(cause.getMessage(), cause);
            this.local = local;
        }

        String local() {
            return local;
        }
    }

    /// The client's own address, as the trail knows it.
    String local() {
        return local;
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    RawClient hex(String hex) throws IOException {
        return send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    RawClient text(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawClient packet(Packet packet, Version version) throws IOException {
        return send(bytes(packet, version));
    }

    static byte[] bytes(Packet packet, Version version) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, version, out);
        return ByteBufUtil.getBytes(out);
    }

    /// Everything until the server closes; an [AssertionError] when it does not.
    byte[] untilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(ByteBufUtil.getBytes(received));
        byte[] piece = new byte[4_096];
        try {
            for (int read = socket.getInputStream().read(piece); read >= 0; read = socket.getInputStream()
                    .read(piece)) {
                all.write(piece, 0, read);
            }
        } catch (SocketTimeoutException late) {
            throw new AssertionError("the server did not close within " + Gate.PATIENCE, late);
        }
        return all.toByteArray();
    }

    /// At least some bytes of the server's.
    byte[] some(int bytesMax) throws IOException {
        return socket.getInputStream().readNBytes(bytesMax);
    }

    /// The next packet that the server sends; null when it closes instead.
    @Nullable
    Packet next(Version version) throws IOException {
        PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, 1 << 20);
        reader.version(version);
        byte[] piece = new byte[4_096];
        while (true) {
            Packet packet = reader.read(received);
            if (packet != null) {
                return packet;
            }
            int read;
            try {
                read = socket.getInputStream().read(piece);
            } catch (SocketTimeoutException late) {
                throw new AssertionError("nothing came within " + Gate.PATIENCE, late);
            }
            if (read < 0) {
                return null;
            }
            received.writeBytes(piece, 0, read);
        }
    }

    /// The answer that a client did not wait for.
    static byte[] nothing() {
        return NO_BYTES.clone();
    }

    /// Closes with a reset.
    void reset() throws IOException {
        tcp.setSoLinger(true, 0);
        tcp.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
