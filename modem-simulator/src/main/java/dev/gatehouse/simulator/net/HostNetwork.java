package dev.gatehouse.simulator.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// The network of this computer.
///
/// Names are looked up in a table first; what is not there is asked of the computer, unless the table is all there is.
public final class HostNetwork implements Network {
    /// As a modem has, and not the megabytes of a computer: so a peer that does not read is noticed soon.
    private static final int SOCKET_BYTES = 64 * 1024;

    private final Loop loop;
    private final Map<String, String> names;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    /// @param names addresses, or other names, by name in lower case
    public HostNetwork(Loop loop, Map<String, String> names) {
        this.loop = loop;
        this.names = Map.copyOf(names);
    }

    @Override
    public void resolve(String host, Consumer<List<String>> then) {
        Thread.startVirtualThread(() -> {
            List<String> found;
            try {
                found = Arrays.stream(InetAddress.getAllByName(mapped(host))).map(InetAddress::getHostAddress)
                        .distinct().toList();
            } catch (UnknownHostException unknown) {
                found = List.of();
            }
            List<String> addresses = found;
            loop.post(() -> then.accept(addresses));
        });
    }

    /// The address of a name, from the table or the computer.
    public InetAddress address(String host) throws UnknownHostException {
        return InetAddress.getByName(mapped(host));
    }

    private String mapped(String host) {
        return names.getOrDefault(host.toLowerCase(Locale.ROOT), host);
    }

    @Override
    public Conduit connect(String host, int port, int localPort, int timeoutMillis, int bufferBytes,
            @Nullable TlsPlan tls, Consumer<NetEvent> events) {
        StreamConduit conduit = new StreamConduit(loop, bufferBytes, open);
        conduit.listen(events);
        Thread.startVirtualThread(() -> conduit.run(() -> connected(host, port, localPort, timeoutMillis, tls,
                conduit)));
        return conduit;
    }

    private Socket connected(String host, int port, int localPort, int timeoutMillis, @Nullable TlsPlan tls,
            StreamConduit conduit) throws Failed {
        InetAddress address;
        try {
            address = address(host);
        } catch (UnknownHostException unknown) {
            throw new Failed(NetEvent.Failure.NO_SUCH_NAME, host);
        }
        Socket plain = new Socket();
        conduit.own(plain);
        try {
            if (localPort != 0) {
                plain.setReuseAddress(true);
                plain.bind(new InetSocketAddress(localPort));
            }
        } catch (IOException taken) {
            throw new Failed(NetEvent.Failure.UNREACHABLE, String.valueOf(taken.getMessage()));
        }
        try {
            plain.setSendBufferSize(SOCKET_BYTES);
            plain.setReceiveBufferSize(SOCKET_BYTES);
            plain.connect(new InetSocketAddress(address, port), timeoutMillis);
            plain.setTcpNoDelay(true);
        } catch (SocketTimeoutException nobody) {
            throw new Failed(NetEvent.Failure.TIMEOUT, "nobody answered");
        } catch (ConnectException refused) {
            throw new Failed(NetEvent.Failure.REFUSED, String.valueOf(refused.getMessage()));
        } catch (IOException unreachable) {
            throw new Failed(NetEvent.Failure.UNREACHABLE, String.valueOf(unreachable.getMessage()));
        }
        return tls == null ? plain : TlsClient.over(plain, host, port, tls);
    }

    @Override
    public Conduit datagrams(int localPort, int bufferBytes, Consumer<NetEvent> events) {
        DatagramConduit conduit = new DatagramConduit(loop, this, open);
        conduit.listen(events);
        try {
            DatagramSocket socket = new DatagramSocket(localPort);
            conduit.start(socket);
        } catch (SocketException taken) {
            loop.post(() -> events.accept(new NetEvent.Failed(NetEvent.Failure.UNREACHABLE,
                    String.valueOf(taken.getMessage()))));
        }
        return conduit;
    }

    @Override
    public Conduit serve(int port, int bufferBytes, Consumer<Conduit> accepted, Consumer<NetEvent> events) {
        ServerConduit conduit = new ServerConduit(loop, bufferBytes, accepted, open);
        conduit.listen(events);
        try {
            conduit.start(new ServerSocket(port, 16, InetAddress.getLoopbackAddress()));
        } catch (IOException taken) {
            loop.post(() -> events.accept(new NetEvent.Failed(NetEvent.Failure.UNREACHABLE,
                    String.valueOf(taken.getMessage()))));
        }
        return conduit;
    }

    @Override
    public void close() {
        for (AutoCloseable socket : open) {
            try {
                socket.close();
            } catch (Exception ignored) {
                // It was in use; whoever used it is told.
            }
        }
        open.clear();
    }

    /// Why there is no connection, on its way to a [NetEvent.Failed].
    static final class Failed extends Exception {
        private final NetEvent.Failure why;

        Failed(NetEvent.Failure why, String detail) {
            super(detail);
            this.why = why;
        }

        NetEvent.Failed event() {
            return new NetEvent.Failed(why, String.valueOf(getMessage()));
        }
    }
}
