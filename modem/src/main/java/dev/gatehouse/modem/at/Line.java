package dev.gatehouse.modem.at;

import java.io.Closeable;
import java.io.IOException;

/// A line of bytes to a modem: a serial port, a pseudo-terminal, a TCP connection.
///
/// - **Threads:** one reads, one writes, any may close; closing ends a read that waits.
/// - **Life:** [#open] and [#close] may follow each other any number of times.
public interface Line extends Closeable {
    /// Opens the line; until then it costs nothing.
    void open() throws IOException;

    /// Waits for at least one byte.
    ///
    /// @return how many bytes were put at the beginning of `buffer`; -1 when the other side is gone
    /// @throws IOException when the line failed or was closed
    int read(byte[] buffer) throws IOException;

    /// Writes all of `bytes`; may wait while the other side takes none.
    void write(byte[] bytes) throws IOException;

    /// Changes the speed, in bits per second.
    ///
    /// @return false when this line has no speed of its own
    default boolean speed(int bitsPerSecond) throws IOException {
        return false;
    }

    @Override
    void close();

    /// Makes a line from what a person writes: `tcp:HOST:PORT`, `file:/dev/pts/3` for a character device that is to be
    /// used as it is, or the name of a serial port such as `/dev/ttyUSB2` or `COM4`.
    ///
    /// @param flowControl whether RTS and CTS are wired and to be used (serial ports only)
    /// @throws IllegalArgumentException when the text is none of these
    static Line of(String text, int bitsPerSecond, boolean flowControl) {
        if (text.startsWith("tcp:")) {
            int colon = text.lastIndexOf(':');
            if (colon <= 4) {
                throw new IllegalArgumentException("a TCP line is written tcp:HOST:PORT, not " + text);
            }
            return new TcpLine(text.substring(4, colon), port(text.substring(colon + 1), text));
        }
        if (text.startsWith("file:")) {
            return new DeviceLine(text.substring(5));
        }
        // A pseudo-terminal has no speed and no modem control lines for a serial port's driver to set.
        if (DeviceLine.isPseudoTerminal(text)) {
            return new DeviceLine(text);
        }
        return new SerialLine(text, bitsPerSecond, flowControl);
    }

    private static int port(String digits, String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the port in " + text + " is not a number", e);
        }
        throw new IllegalArgumentException("the port in " + text + " is not within 1 to 65535");
    }
}
