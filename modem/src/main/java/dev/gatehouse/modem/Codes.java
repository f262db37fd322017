package dev.gatehouse.modem;

/// The modem's numbers in words.
///
/// **Source:** A76XX AT command manual V1.09, chapters 15.3 (sockets), 18.3 (MQTT), 19.3 (TLS).
final class Codes {
    private Codes() {}

    /// `<err>` of the socket commands.
    static String socket(int code) {
        return switch (code) {
            case 0 -> "no error";
            case 1 -> "network failure";
            case 2 -> "the network is not opened";
            case 3 -> "wrong parameter";
            case 4 -> "operation not supported: the connection is not open";
            case 5 -> "no socket could be made";
            case 6 -> "the local port could not be bound";
            case 7 -> "already listening";
            case 8 -> "busy";
            case 9 -> "the socket is open already";
            case 10 -> "nobody answered in time";
            case 11 -> "the host name could not be resolved";
            default -> "unknown error";
        } + " (" + code + ")";
    }

    /// `<err_info>` of `+IP ERROR`, which comes as text or as number.
    static String ipError(String given) {
        return switch (given) {
            case "0" -> "Connection time out";
            case "4" -> "Network is already opened";
            case "5" -> "Network is already closed";
            case "8" -> "Network not opened";
            case "10" -> "Connection is already created";
            case "11" -> "Connection is not created";
            case "12" -> "Invalid parameter";
            case "13" -> "Operation not supported";
            case "14" -> "DNS query failed";
            case "15" -> "TCP busy";
            case "17" -> "Sending time out";
            case "18" -> "Sending failure for network error";
            case "19" -> "Open failure for network error";
            // SIM7600 has no 22 and says 21; on A76XX that is "Operation failed", and the connection is asked again.
            case "21", "22" -> "No data";
            default -> given;
        };
    }

    /// `<err>` of `+CCHOPEN` and its family.
    static String tls(int code) {
        return switch (code) {
            case 0 -> "no error";
            case 1 -> "the peer sent a TLS alert";
            case 2 -> "unknown error";
            case 3 -> "busy";
            case 4 -> "the peer closed the connection";
            case 5 -> "nobody answered in time";
            case 6 -> "transfer failed";
            case 7 -> "the modem is out of memory";
            case 8 -> "wrong parameter";
            case 9 -> "network failure";
            case 10 -> "the session could not be opened";
            case 11 -> "not possible in this state";
            case 12 -> "no socket could be made";
            case 13 -> "the host name could not be resolved";
            case 14 -> "the TCP connection was not made";
            case 15 -> "the TLS handshake failed: certificate, server name or version do not suit";
            case 16 -> "the socket could not be closed";
            case 17 -> "there is no network";
            case 18 -> "sending took too long";
            case 19 -> "certificates are missing";
            default -> "unknown error";
        } + " (" + code + ")";
    }

    /// `<err>` of `+CMQTTCONNECT` and its family.
    static String mqtt(int code) {
        return switch (code) {
            case 0 -> "no error";
            case 1 -> "failed";
            case 2 -> "bad UTF-8";
            case 3 -> "the TCP connection was not made";
            case 4 -> "no socket could be made";
            case 5 -> "the socket could not be closed";
            case 6 -> "receiving failed";
            case 7 -> "the network could not be opened";
            case 8 -> "the network could not be closed";
            case 9 -> "the network is not opened";
            case 10 -> "wrong client number";
            case 11 -> "no connection";
            case 12 -> "wrong parameter";
            case 13 -> "not supported";
            case 14 -> "busy";
            case 15 -> "the connection failed: without a server name (SNI) some services answer so";
            case 16 -> "sending failed";
            case 17 -> "nobody answered in time";
            case 18 -> "the topic is empty";
            case 19 -> "the client number is in use";
            case 20 -> "the client was not acquired";
            case 21 -> "the client was not released";
            case 22 -> "wrong length";
            case 23 -> "the network is opened already";
            case 24 -> "wrong packet";
            case 25 -> "the host name could not be resolved";
            case 26 -> "the server closed the connection";
            case 27 -> "the server refused: it does not speak this protocol version (CONNACK 1)";
            case 28 -> "the server refused the client identifier (CONNACK 2)";
            case 29 -> "the server refused: unavailable (CONNACK 3)";
            case 30 -> "the server refused user name or password (CONNACK 4)";
            case 31 -> "the server refused: not authorized (CONNACK 5); check password, and server name (SNI)";
            case 32 -> "the TLS handshake failed: certificate, server name or version do not suit";
            case 33 -> "certificates are missing";
            case 34 -> "the session could not be opened";
            case 35 -> "disconnecting failed";
            default -> "unknown error";
        } + " (" + code + ")";
    }

    /// `<stat>` of `+CREG` and its family.
    static String registration(int stat) {
        return switch (stat) {
            case 0 -> "not registered, not searching";
            case 1 -> "home network";
            case 2 -> "searching";
            case 3 -> "denied";
            case 5 -> "roaming";
            case 6, 7 -> "registered for SMS only";
            case 11 -> "emergency calls only";
            default -> "unknown";
        };
    }

    /// `<AcT>` of `+COPS`.
    static String technology(int act) {
        return switch (act) {
            case 0, 1, 3 -> "GSM";
            case 2, 4, 5, 6 -> "UMTS";
            case 7 -> "LTE";
            default -> "";
        };
    }
}
