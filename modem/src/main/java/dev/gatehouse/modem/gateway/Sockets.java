package dev.gatehouse.modem.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/// Ways to end a socket about which nothing more can be done.
final class Sockets {
    private static final int LAST_WORDS_MILLIS = 500;
    private static final int LAST_WORDS_BYTES_MAX = 16 * 1024;

    private Sockets() {}

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is not needed any more, whatever its end was like.
        }
    }

    /// Closes with a reset, so that nobody takes it for an orderly end.
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closing is what matters.
        }
        close(socket);
    }

    /// Closes after the last bytes written have had a chance to arrive: unread input would turn them into a reset.
    static void closeAfterLastWords(Socket socket) {
        try (socket) {
            socket.shutdownOutput();
            socket.setSoTimeout(LAST_WORDS_MILLIS);
            byte[] rest = new byte[1024];
            int total = 0;
            for (int got = 0; got >= 0 && total < LAST_WORDS_BYTES_MAX; got = socket.getInputStream().read(rest)) {
                total += got;
            }
        } catch (IOException e) {
            // The program is gone already.
        }
    }
}
