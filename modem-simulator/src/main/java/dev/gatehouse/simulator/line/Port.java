package dev.gatehouse.simulator.line;

/// Where the modem's bytes go: a [Uart], or what a test collects them with. Called on the loop only.
public interface Port extends AutoCloseable {
    /// @param octets characters 0 to 255
    void send(String octets);

    /// How many bytes have not left yet; who produces more than a user reads has to look at it.
    int unsentBytes();

    /// The user is told by wire to wait (RTS), or to go on. What is on its way still comes.
    void hold(boolean now);

    /// The speed of the port; 0 when it has none.
    int baud();

    /// After what is being sent.
    void changeSpeed(int baud);

    @Override
    void close();
}
