package dev.gatehouse.simulator.line;

import java.io.IOException;

/// What carries bytes between the simulated modem and its user. The user may come, go and come again.
public interface Cable extends AutoCloseable {
    /// How a person or a driver names it: a path, or `host:port`.
    String name();

    /// Waits for bytes.
    ///
    /// @return how many there are; -1 when the cable is closed on this side
    int read(byte[] into, int bytesMax) throws IOException;

    /// Waits until the other side has room. Bytes for nobody are lost, as on a real line.
    void write(byte[] from, int bytes) throws IOException;

    /// The speed in baud that the other side set; 0 when it is not known.
    long speedOfOtherSide();

    @Override
    void close();
}
