package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.Locale;

/// Readers of things that a phrase cannot say: numbers, names, addresses. Each is asked only about lines that hold one
/// of its anchors.
enum LineReaders {
    NUMBERS("0x", "rc=", "rc =", "rc:", "rc ", "state", "errno", "code", "osstatus", "winerror", "wolf", "bearssl",
            "ssl error",
            "tls error", "verify error:num", "mqttexception", "flags", "returned", "reported from", "new connection:",
            "connack",
            "(-", ": -", "error -", "err = -", "error: -", "\\x02\\x00\\x0", "20 02 00 0", "20020",
            "tls connection error",
            "lasterror", "result", "connection refuse", "socket error", "start_ssl_client",
            "return code", "received disconnect", "failed, -", "failed: -", "failed:-", "fail: -", "reason: -",
            "reason -", "mqttasync_",
            "mqttclient_", "0x00 0x0", "<err>", "<wrn>", "netread", "oserror", "rawvalue", "<2002", "tls_connect fail"),
    ALERTS("alert", "tls: ", "msg ", "fatal error: "),
    TARGETS("://", " -p ", " -h ", "port", "connecting to", "connect to", "connected to", "connect failed",
            "connection failed", "econn", "etimedout",
            "opening socket",
            "networkconnect", "dial tcp", "host", "server", "broker", "connect(", "127.0.0.1", "localhost"),
    CLIENTS("new client connected from", "already connected, closing", "sending connect", "disconnected", "clientid",
            "client id",
            "closed its connection", "received connack", "client connected", "takeover", "kick", "discard"),
    TRAIL("cause "),
    /// Read apart, because it has a memory.
    AT("at+", "ati", "+cme error", "+cms error", "+cip", "+ipclose", "+cch", "+cmqtt", "+qmt", "+qi", "+qssl", "+cpin",
            "+csq",
            "+creg", "+cgreg", "+cereg", "+cgatt", "+cgact", "+cgdcont", "+cgpaddr", "+netopen", "+caopen", "+cnact",
            "+smconn",
            "+smstate", "+cpsi", "+cops", "+cclk", "+csslcfg", "+ip error", "+cgev", "+sapbr", "*atready", "pb done",
            "close ok",
            "connect fail", "connect ok", "already connect", "signal:", "signal quality", "state: ", "csq:", "send ok",
            "send fail",
            "pdp: deact", "+caclose", "+castate", "+ccert", "rdy", "+umqtt", "+uumqtt", "+uso", "+uuso");

    /// One per line.
    private final String anchors;

    LineReaders(String... anchors) {
        this.anchors = String.join("\n", anchors).toLowerCase(Locale.ROOT);
    }

    List<String> anchors() {
        return anchors.lines().toList();
    }

    /// @param lower the whole line in lower case
    void read(Line line, String lower, Ledger ledger) {
        switch (this) {
            case NUMBERS -> NumberReader.read(line, lower, ledger);
            case ALERTS -> AlertReader.read(line, lower, ledger);
            case TARGETS -> TargetReader.read(line, lower, ledger);
            case CLIENTS -> ClientReader.read(line, ledger);
            case TRAIL -> TrailReader.read(line, ledger);
            case AT -> throw new AssertionError("AT is read by its own reader");
        }
    }
}
