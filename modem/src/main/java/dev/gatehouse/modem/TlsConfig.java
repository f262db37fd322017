package dev.gatehouse.modem;

import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Writes a [ModemTls] into one of the modem's TLS contexts.
final class TlsConfig {
    private TlsConfig() {}

    static void write(AtEngine engine, int context, ModemTls tls) throws ModemException {
        set(engine, "sslversion", context, "4");
        // The modem's default is to believe anybody: going on without these would do so without a word.
        require(engine, "authmode", context, String.valueOf(tls.authMode()), tls.authMode() == 0);
        require(engine, "ignorelocaltime", context, tls.checkDates() ? "0" : "1", !tls.checkDates());
        file(engine, "cacert", context, tls.caFile());
        file(engine, "clientcert", context, tls.clientCertFile());
        file(engine, "clientkey", context, tls.clientKeyFile());
        if (!set(engine, "enableSNI", context, tls.serverName() ? "1" : "0") && tls.serverName()) {
            throw new ModemException(Trouble.TLS_FAILED,
                    "this firmware cannot send a server name (SNI); use TLS in the program over socketFactory()");
        }
    }

    private static void file(AtEngine engine, String what, int context, String name) throws ModemException {
        if (!name.isEmpty() && !set(engine, what, context, Certificates.checked(name))) {
            throw new ModemException(Trouble.TLS_FAILED, "the modem does not take " + name + " as its " + what
                    + "; is it stored?");
        }
    }

    private static void require(AtEngine engine, String what, int context, String value, boolean isDefault)
            throws ModemException {
        if (!set(engine, what, context, value) && !isDefault) {
            throw new ModemException(Trouble.TLS_FAILED, "the modem does not take " + value + " as its " + what
                    + ", so certificates would not be checked as asked");
        }
    }

    private static boolean set(AtEngine engine, String what, int context, String value) throws ModemException {
        return engine.execute(Command.of("AT+CSSLCFG=\"" + what + "\"," + context + "," + value)).ok();
    }
}
