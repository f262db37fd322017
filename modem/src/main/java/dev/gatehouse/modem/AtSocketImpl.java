package dev.gatehouse.modem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// What a [java.net.Socket] stands on when the connection is the modem's.
///
/// Options that have no meaning here (`TCP_NODELAY`, buffer sizes, keep-alive) are kept and have no effect: programs set
/// them as a matter of course. Half-closing is refused: the modem has no command for it.
final class AtSocketImpl extends SocketImpl {
    private static final String NO_SERVER = "the modem's connections are outgoing only";

    private final Connector connector;
    private final int connectMillis;
    private final Map<Object, Object> options = new HashMap<>();
    private volatile int timeoutMillis;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile @Nullable Link link;

    /// @param connectMillis for a connection when the program names no time
    AtSocketImpl(Connector connector, int connectMillis) {
        this.connector = connector;
        this.connectMillis = connectMillis;
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new SocketException("only TCP goes through the modem");
        }
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connectTo(host, port, 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected void connect(SocketAddress address, int timeout) throws IOException {
        if (!(address instanceof InetSocketAddress to)) {
            throw new IllegalArgumentException("not an address of the Internet: " + address);
        }
        // The name, if there is one, not the address that this computer found for it: the modem is elsewhere, and may
        // have been told of other name servers.
        connectTo(to.getHostString(), to.getPort(), timeout);
    }

    private void connectTo(String host, int port, int timeout) throws IOException {
        if (port < 1 || port > 65_535) {
            throw new ConnectException("there is no port " + port);
        }
        Link opened = connector.connect(host, port, timeout == 0 ? connectMillis : timeout, early -> {
            link = early;
            if (closed) {
                early.close();
            }
        });
        if (closed) {
            opened.close();
            throw new SocketException("Socket closed");
        }
        this.address = named(host);
        this.port = port;
        this.localport = 49_152 + opened.number;
    }

    /// An address that carries the name; where only the modem knows the numbers, they are 0.0.0.0.
    private static InetAddress named(String host) throws UnknownHostException {
        if (host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return InetAddress.ofLiteral(host);
        }
        return InetAddress.getByAddress(host, new byte[4]);
    }

    private Link connected() throws SocketException {
        Link now = link;
        if (now == null) {
            throw new SocketException("Socket is not connected");
        }
        if (closed) {
            throw new SocketException("Socket closed");
        }
        return now;
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        Link from = connected();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                java.util.Objects.checkFromIndexSize(offset, length, to.length);
                return inputShut ? -1 : from.inbox.read(to, offset, length, timeoutMillis);
            }

            @Override
            public int available() throws IOException {
                return inputShut ? 0 : from.inbox.available();
            }

            @Override
            public void close() {
                AtSocketImpl.this.close();
            }
        };
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        Link to = connected();
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[]{(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
                if (closed) {
                    throw new SocketException("Socket closed");
                }
                to.send(bytes, offset, length);
            }

            @Override
            public void close() {
                AtSocketImpl.this.close();
            }
        };
    }

    @Override
    protected int available() throws IOException {
        return inputShut ? 0 : connected().inbox.available();
    }

    @Override
    protected void close() {
        closed = true;
        Link now = link;
        if (now != null) {
            now.close();
        }
    }

    @Override
    protected void shutdownInput() {
        inputShut = true;
    }

    @Override
    protected void shutdownOutput() throws IOException {
        throw new SocketException(
                "the modem cannot close one direction alone (AT has no command for it); close the socket when the answer is there");
    }

    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("the modem cannot send urgent data");
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        if (port != 0) {
            throw new SocketException("the modem picks the local port");
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException(NO_SERVER);
    }

    @Override
    protected void accept(SocketImpl socket) throws IOException {
        throw new SocketException(NO_SERVER);
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        if (option == SocketOptions.SO_TIMEOUT) {
            timeoutMillis = (Integer) value;
        }
        synchronized (options) {
            options.put(option, value);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        if (option == SocketOptions.SO_TIMEOUT) {
            return timeoutMillis;
        }
        if (option == SocketOptions.SO_BINDADDR) {
            return InetAddress.ofLiteral("0.0.0.0");
        }
        synchronized (options) {
            Object kept = options.get(option);
            if (kept != null) {
                return kept;
            }
        }
        return switch (option) {
            case SocketOptions.SO_SNDBUF -> 1500;
            case SocketOptions.SO_RCVBUF -> Link.INBOX_BYTES_MAX;
            case SocketOptions.SO_LINGER -> -1;
            case SocketOptions.IP_TOS -> 0;
            default -> false;
        };
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return Set.of(StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_KEEPALIVE,
                StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException(name + " has no meaning for a modem's connection");
        }
        synchronized (options) {
            options.put(name, value);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException(name + " has no meaning for a modem's connection");
        }
        Object unset = name.type() == Boolean.class ? (Object) false : (Object) 0;
        synchronized (options) {
            return name.type().cast(options.getOrDefault(name, unset));
        }
    }
}
