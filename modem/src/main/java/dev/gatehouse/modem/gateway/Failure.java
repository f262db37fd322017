package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;

import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Why a connection did not come about, or did not end well. The name is in logs and counters.
public enum Failure {
    NOT_SOCKS(-1, "what came is not SOCKS5"),
    CLIENT_SILENT(-1, "the program did not finish its SOCKS request in time"),
    TOO_MANY_CLIENTS(-1, "too many programs wait for a connection"),
    LOGIN(-1, "user or password of SOCKS is wrong or missing"),
    COMMAND(0x07, "only CONNECT is possible, because the modem makes connections only: no BIND, no UDP ASSOCIATE"),
    ADDRESS_TYPE(0x08, "the modem connects to host names and IPv4 addresses, not to IPv6 addresses"),
    BAD_NAME(0x02, "this host name must not go into an AT command"),
    SOCKETS_IN_USE(0x01, "all of the modem's sockets are in use: close a connection first"),
    MODEM_DOWN(0x03, "the modem is not ready"),
    NO_NETWORK(0x03, "there is no network connection"),
    UNKNOWN_HOST(0x04, "the modem could not resolve the host name"),
    UNREACHABLE(0x04, "no way leads to the host"),
    REFUSED(0x05, "the connection was refused"),
    TIMEOUT(0x06, "the connection was not made in time"),
    BROKEN(-1, "the connection broke"),
    OTHER(0x01, "the connection was not made");

    private final int reply;
    private final String sentence;

    Failure(int reply, String sentence) {
        this.reply = reply;
        this.sentence = sentence;
    }

    /// What happened, one clause without a full stop.
    public String sentence() {
        return sentence;
    }

    /// The reply code of RFC 1928 §6; X'01' where the protocol has no better one.
    int reply() {
        return reply < 0 ? 0x01 : reply;
    }

    /// The name in counters.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Which one an attempt to connect ended with.
    static Failure of(IOException e) {
        return switch (e) {
            case UnknownHostException _ -> UNKNOWN_HOST;
            case NoRouteToHostException _ -> UNREACHABLE;
            case ConnectException _ -> REFUSED;
            case SocketTimeoutException _ -> TIMEOUT;
            case UplinkDown _ -> MODEM_DOWN;
            case ModemException modem -> of(modem.trouble());
            default -> OTHER;
        };
    }

    private static Failure of(Trouble trouble) {
        return switch (trouble) {
            case LINE_LOST, MUTE, GARBAGE, REBOOTED, CLOSED -> MODEM_DOWN;
            case NO_NETWORK, NETWORK_DENIED, NO_DATA_SERVICE, NETWORK_LOST, SIM_MISSING, SIM_PIN_NEEDED, SIM_PIN_WRONG,
                    SIM_LOCKED, SIM_FAILED ->
                NO_NETWORK;
            case UNKNOWN_HOST -> UNKNOWN_HOST;
            case CONNECT_FAILED -> REFUSED;
            case CONNECT_TIMEOUT, TIMEOUT -> TIMEOUT;
            case NO_FREE_LINK -> SOCKETS_IN_USE;
            case UNSAFE_TEXT -> BAD_NAME;
            default -> OTHER;
        };
    }
}
