package dev.gatehouse.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/// A socket over which lines of UTF-8 go, each ended by `\n`.
///
/// - **Threads:** one reads, another one may write; both wait.
final class LineChannel implements AutoCloseable {
    /// More bytes in a line than are allowed.
    static final class TooLong extends IOException {
        TooLong(int bytesMax) {
            super("a line has more than " + bytesMax + " bytes");
        }
    }

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(8 << 10).flip();

    LineChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /// The next line without its end; null at the end of the stream, also in the middle of a line.
    ///
    /// @throws TooLong as soon as it is longer; then nothing more can be read
    @Nullable
    String read(int bytesMax) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (in.hasRemaining()) {
                byte next = in.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() == bytesMax) {
                    throw new TooLong(bytesMax);
                }
                line.write(next);
            }
            in.clear();
            int bytes = channel.read(in);
            in.flip();
            if (bytes < 0) {
                return null;
            }
        }
    }

    /// @param line without a line break in it
    void write(String line) throws IOException {
        ByteBuffer out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /// Ends what is being read and written, in whichever thread.
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
