package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server on this computer with one exchange per connection: a client says how much it sends and how much it wants
/// (two numbers of four bytes), then both send at the same time, and the server closes when it has sent all.
///
/// What either side sends is determined by a seed, so each can check what it got.
final class Peer implements AutoCloseable {
    private final ServerSocket listening;
    private final long seed;
    private final List<byte[]> received = new CopyOnWriteArrayList<>();

    Peer(long seed) throws IOException {
        this(seed, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    /// @param listening closed with this
    Peer(long seed, ServerSocket listening) {
        this.listening = listening;
        this.seed = seed;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    static byte[] fromClient(long seed, int count) {
        return bytes(seed * 2, count);
    }

    static byte[] fromServer(long seed, int count) {
        return bytes(seed * 2 + 1, count);
    }

    /// Random, with words in it that mean something to modems.
    private static byte[] bytes(long seed, int count) {
        Random random = new Random(seed);
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        String[] words = {"\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+IPCLOSE: 0,1\r\n", "\r\n>", "\u001a", "\u001b", "+++",
                "\r\n+CIPRXGET: 1,0\r\n", "\r\n*ATREADY: 1\r\n"};
        for (int at = random.nextInt(200); at < count; at += 40 + random.nextInt(400)) {
            byte[] word = words[random.nextInt(words.length)].getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            System.arraycopy(word, 0, bytes, at, Math.min(word.length, count - at));
        }
        return bytes;
    }

    /// What the last connection brought, so far; empty when there was none.
    byte[] lastReceived() {
        return received.isEmpty() ? new byte[0] : received.getLast();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        int index;
        synchronized (this) {
            index = received.size();
            received.add(new byte[0]);
        }
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int toCome = in.readInt();
            int wanted = in.readInt();
            Thread sending = Thread.ofVirtual().start(() -> send(socket, wanted));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (all.size() < toCome) {
                int count = in.read(buffer);
                if (count < 0) {
                    break;
                }
                all.write(buffer, 0, count);
                received.set(index, all.toByteArray());
            }
            sending.join();
        } catch (IOException e) {
            // The way to the client broke; the test looks at what came.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Socket socket, int count) {
        try {
            socket.getOutputStream().write(fromServer(seed, count));
        } catch (IOException e) {
            // As above.
        }
    }

    /// The first words of a client.
    static void sayHowMuch(Socket socket, int up, int down) throws IOException {
        socket.getOutputStream().write(ByteBuffer.allocate(2 * Integer.BYTES).putInt(up).putInt(down).array());
    }

    /// The client's side of an exchange.
    ///
    /// @param got what arrived, also when it ends with an exception
    static void exchange(Socket socket, long seed, int up, int down, ByteArrayOutputStream got) throws Exception {
        OutputStream out = socket.getOutputStream();
        sayHowMuch(socket, up, down);
        IOException[] failed = new IOException[1];
        Thread sending = Thread.ofVirtual().start(() -> {
            try {
                byte[] bytes = fromClient(seed, up);
                Random random = new Random(seed);
                for (int at = 0; at < up;) {
                    int count = Math.min(up - at, 1 + random.nextInt(4000));
                    out.write(bytes, at, count);
                    at += count;
                }
            } catch (IOException e) {
                failed[0] = e;
            }
        });
        byte[] buffer = new byte[4096];
        for (int count = socket.getInputStream().read(buffer); count >= 0; count = socket.getInputStream()
                .read(buffer)) {
            got.write(buffer, 0, count);
        }
        sending.join();
        if (failed[0] != null) {
            throw failed[0];
        }
    }

    /// Whether `part` is how `whole` begins.
    static boolean isPrefix(byte[] part, byte[] whole) {
        return part.length <= whole.length
                && Arrays.equals(part, 0, part.length, whole, 0, part.length);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
