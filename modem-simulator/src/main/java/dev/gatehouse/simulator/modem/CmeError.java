package dev.gatehouse.simulator.modem;

import java.util.Map;

/// The numbers of `+CME ERROR`, with their texts (3GPP TS 27.007 §9.2).
final class CmeError {
    static final int NOT_ALLOWED = 3;
    static final int NOT_SUPPORTED = 4;
    static final int NO_SIM = 10;
    static final int PIN_NEEDED = 11;
    static final int PUK_NEEDED = 12;
    static final int SIM_FAILURE = 13;
    static final int SIM_BUSY = 14;
    static final int WRONG_PASSWORD = 16;
    static final int NOT_FOUND = 22;
    static final int NO_NETWORK = 30;
    static final int BAD_PARAMETERS = 50;
    static final int UNKNOWN = 100;
    static final int NOT_READY = 313;

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(NOT_ALLOWED, "operation not allowed"), Map.entry(NOT_SUPPORTED, "operation not supported"),
            Map.entry(NO_SIM, "SIM not inserted"), Map.entry(PIN_NEEDED, "SIM PIN required"),
            Map.entry(PUK_NEEDED, "SIM PUK required"), Map.entry(SIM_FAILURE, "SIM failure"),
            Map.entry(SIM_BUSY, "SIM busy"), Map.entry(15, "SIM wrong"),
            Map.entry(WRONG_PASSWORD, "incorrect password"), Map.entry(NOT_FOUND, "not found"),
            Map.entry(NO_NETWORK, "no network service"), Map.entry(BAD_PARAMETERS, "Incorrect parameters"),
            Map.entry(UNKNOWN, "unknown"), Map.entry(148, "unspecified GPRS error"),
            Map.entry(149, "PDP authentication failure"), Map.entry(NOT_READY, "SIM failure"));

    private CmeError() {}

    static String text(int code) {
        return TEXTS.getOrDefault(code, "unknown");
    }
}
