package dev.gatehouse.modem;

/// How what a connection received comes from the modem to the computer.
public enum Receive {
    /// The program fetches it (`+CIPRXGET=2`): the peer is held up when the program is slow. The usual way.
    FETCH,
    /// Like [#FETCH], in hexadecimal digits (`+CIPRXGET=3`): half the speed, but bytes that get lost or come between are
    /// noticed at once, on lines that are not to be trusted.
    FETCH_HEX,
    /// The modem sends it as it comes (`+CIPRXGET=0`): nothing holds the peer up, so a connection whose reader falls
    /// behind by more than [Link#PUSHED_BYTES_MAX] is broken off.
    PUSH
}
