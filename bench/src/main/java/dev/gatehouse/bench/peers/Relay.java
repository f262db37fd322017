package dev.gatehouse.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// The physical limit: what comes from a sender goes to its receivers, byte for byte, without a look at it.
///
/// Only the beginning of a connection is read: CONNECT, whose client id says which part this client plays
/// (`…s3` sends to `…r3`, or to `…r0` if there is none; `…a3` to all), and SUBSCRIBE. QoS 0 only, nothing shared.
final class Relay {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    private static final byte[] SUBACK = {(byte) 0x90, 3, 0, 1, 0};
    private static final byte[] REFUSED = {(byte) 0x90, 3, 0, 1, (byte) 0x80};

    private final Selector selector;
    private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /// Receivers by run, then by number.
    private final Map<String, Map<Integer, Client>> receivers = new HashMap<>();

    private Relay(Selector selector) {
        this.selector = selector;
    }

    /// @param arguments the port of 127.0.0.1 to listen on
    public static void main(String[] arguments) throws IOException {
        try (Selector selector = Selector.open(); ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 4096);
            server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            Relay relay = new Relay(selector);
            while (true) {
                selector.select(relay::serve);
            }
        }
    }

    /// One connection.
    private static final class Client {
        private final SelectionKey key;
        private final SocketChannel channel;
        /// Null until CONNECT has been read, and for those who only listen.
        private @Nullable List<Client> targets;
        /// What a receiver could not take yet; its sender waits meanwhile.
        private @Nullable ByteBuffer waiting;
        private @Nullable Client blocked;
        private String id = "";

        Client(SelectionKey key, SocketChannel channel) {
            this.key = key;
            this.channel = channel;
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
                return;
            }
            Client client = (Client) key.attachment();
            try {
                if (key.isWritable()) {
                    drain(client);
                }
                if (key.isReadable()) {
                    read(client);
                }
            } catch (IOException e) {
                forget(client);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Client(key, channel));
        }
    }

    private void read(Client client) throws IOException {
        shared.clear();
        if (client.channel.read(shared) < 0) {
            forget(client);
            return;
        }
        shared.flip();
        if (client.targets == null) {
            begin(client);
            return;
        }
        for (int i = 0; i < client.targets.size(); i++) {
            Client target = client.targets.get(i);
            ByteBuffer bytes = shared.duplicate();
            if (target.waiting == null) {
                target.channel.write(bytes);
            }
            if (bytes.hasRemaining()) {
                keep(target, bytes, client);
            }
        }
    }

    private static void keep(Client target, ByteBuffer bytes, Client sender) {
        int before = target.waiting == null ? 0 : target.waiting.remaining();
        ByteBuffer more = ByteBuffer.allocateDirect(before + bytes.remaining());
        if (target.waiting != null) {
            more.put(target.waiting);
        }
        target.waiting = more.put(bytes).flip();
        target.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        target.blocked = sender;
        sender.key.interestOps(0);
    }

    private static void drain(Client target) throws IOException {
        ByteBuffer waiting = target.waiting;
        if (waiting == null) {
            return;
        }
        target.channel.write(waiting);
        if (!waiting.hasRemaining()) {
            target.waiting = null;
            target.key.interestOps(SelectionKey.OP_READ);
            if (target.blocked != null && target.blocked.key.isValid()) {
                target.blocked.key.interestOps(SelectionKey.OP_READ);
            }
        }
    }

    /// CONNECT or SUBSCRIBE: small, and read in one piece.
    private void begin(Client client) throws IOException {
        int type = shared.get(0) >> 4 & 15;
        if (type == 8) {
            byte[] packet = new byte[shared.limit()];
            shared.get(0, packet);
            boolean shares = new String(packet, StandardCharsets.ISO_8859_1).contains("$share");
            client.channel.write(ByteBuffer.wrap(shares ? REFUSED : SUBACK));
            return;
        }
        if (type != 1) {
            return;
        }
        int at = 2 + 2 + 4 + 1 + 1 + 2; // fixed header, "MQTT", level, flags, keep alive
        byte[] id = new byte[shared.getShort(at)];
        shared.get(at + 2, id);
        client.id = new String(id, StandardCharsets.UTF_8);
        client.channel.write(ByteBuffer.wrap(CONNACK));
        int part = id.length - 1;
        while (part > 0 && id[part] >= '0' && id[part] <= '9') {
            part--;
        }
        if (part == id.length - 1) {
            return; // no number: somebody who only looks whether anybody is there
        }
        String run = client.id.substring(0, part);
        int number = Integer.parseInt(client.id.substring(part + 1));
        Map<Integer, Client> others = receivers.computeIfAbsent(run, _ -> new HashMap<>());
        client.targets = switch (id[part]) {
            case 'a' -> new ArrayList<>(others.values());
            case 's' -> others.containsKey(number) || others.containsKey(0)
                    ? List.of(others.getOrDefault(number, others.get(0)))
                    : List.of();
            default -> null;
        };
        if (id[part] == 'r') {
            others.put(number, client);
        }
    }

    private void forget(Client client) throws IOException {
        client.channel.close();
        receivers.values().forEach(map -> map.values().remove(client));
        receivers.values().removeIf(Map::isEmpty);
    }
}
