package dev.gatehouse.simulator.net;

/// How the air is, between the modem and the internet.
///
/// @param latencyMillis one way
/// @param jitterMillis at most this much more, at random; the order stays
/// @param downBytesPerSecond 0 for any number
/// @param upBytesPerSecond 0 for any number
public record Radio(int latencyMillis, int jitterMillis, int downBytesPerSecond, int upBytesPerSecond) {
    /// As if there were none.
    public static final Radio NONE = new Radio(0, 0, 0, 0);
    /// LTE category 1 with good reception.
    public static final Radio LTE = new Radio(30, 15, 1_250_000, 625_000);

    public Radio {
        if (latencyMillis < 0 || jitterMillis < 0 || downBytesPerSecond < 0 || upBytesPerSecond < 0) {
            throw new IllegalArgumentException("latency, jitter and the bytes per second of the radio are 0 or more");
        }
    }
}
