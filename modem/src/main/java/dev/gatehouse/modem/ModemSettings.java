package dev.gatehouse.modem;

import dev.gatehouse.modem.at.Trace;

/// What a [Modem] has to know beforehand. Begin with [#usual] and change what differs.
///
/// @param apn the provider's access point name; empty leaves what the modem has stored
/// @param user for the access point; may be empty
/// @param password for the access point; may be none
/// @param pin of the SIM card; may be none
/// @param bitsPerSecond the speed that the line shall have; 0 stays with the speed at which the modem was found
/// @param flowControl whether RTS and CTS are wired; then the modem is told to use them (`+IFC=2,2`)
/// @param receive how received bytes come from the modem
/// @param resolveFirst whether host names are resolved with `+CDNSGIP` before a connection is opened, for firmware whose
///        `+CIPOPEN` takes addresses only
/// @param linksMax how many connections the modem can have at once: 10, or 4 on SIM767XX
/// @param timing how long to wait for what
/// @param trace hears everything that goes over the line
public record ModemSettings(String apn, String user, Secret password, Secret pin, int bitsPerSecond,
        boolean flowControl, Receive receive, boolean resolveFirst, int linksMax, Timing timing, Trace trace) {
    public ModemSettings {
        if (linksMax < 1 || linksMax > 10) {
            throw new IllegalArgumentException("linksMax is within 1 to 10");
        }
    }

    /// Stored APN, no PIN, found speed, ten links, nothing traced.
    public static ModemSettings usual() {
        return new ModemSettings("", "", Secret.NONE, Secret.NONE, 0, false, Receive.FETCH, false, 10, Timing.usual(),
                Trace.none());
    }

    public ModemSettings withApn(String apn, String user, Secret password) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withPin(Secret pin) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withSpeed(int bitsPerSecond, boolean flowControl) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withReceive(Receive receive) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withResolveFirst(boolean resolveFirst) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withLinksMax(int linksMax) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withTiming(Timing timing) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }

    public ModemSettings withTrace(Trace trace) {
        return new ModemSettings(apn, user, password, pin, bitsPerSecond, flowControl, receive, resolveFirst, linksMax,
                timing, trace);
    }
}
