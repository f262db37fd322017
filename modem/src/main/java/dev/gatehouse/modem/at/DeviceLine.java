package dev.gatehouse.modem.at;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// A character device by its path, most often a pseudo-terminal. It is put into raw mode where the system has `stty`,
/// since a terminal that echoes or changes line ends is no line for bytes.
public final class DeviceLine implements Line {
    private final Path path;
    private volatile @Nullable FileChannel in;
    private volatile @Nullable FileChannel out;

    public DeviceLine(String path) {
        this.path = Path.of(path);
    }

    static boolean isPseudoTerminal(String text) {
        try {
            return Path.of(text).toRealPath().toString().startsWith("/dev/pts/");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public void open() throws IOException {
        close();
        // Two channels: a channel of a file lets one thread in at a time, and a reader would keep the writer out.
        in = FileChannel.open(path, StandardOpenOption.READ);
        out = FileChannel.open(path, StandardOpenOption.WRITE);
        raw();
    }

    private void raw() throws IOException {
        try {
            Process stty = new ProcessBuilder("stty", "raw", "-echo", "-hupcl").redirectInput(path.toFile())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!stty.waitFor(5, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while opening " + path, e);
        } catch (IOException e) {
            // No stty here: then whoever made the device has to have made it raw, as simulators do.
            return;
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return opened(in).read(ByteBuffer.wrap(buffer));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        FileChannel to = opened(out);
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private static FileChannel opened(@Nullable FileChannel channel) throws IOException {
        if (channel == null) {
            throw new IOException("the line is closed");
        }
        return channel;
    }

    @Override
    public void close() {
        close(in);
        close(out);
        in = null;
        out = null;
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nobody can do anything about a device that does not even close.
                return;
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
