package dev.gatehouse.modem;

/// How the modem itself does TLS (`+CSSLCFG`). Its defaults are unsafe (no certificate is checked, no server name is
/// sent); these are not.
///
/// Most A76XX firmware ends at TLS 1.2. Where there is a choice, TLS in the program over [Modem#socketFactory] is better.
///
/// @param caFile the name of a certificate in the modem ([Certificates]) that the server's must come from; empty checks
///        nothing
/// @param clientCertFile a certificate of one's own in the modem, or empty
/// @param clientKeyFile its key, or empty
/// @param serverName whether the host name is sent as server name (SNI)
/// @param checkDates whether certificates may be too old or too new; needs a clock that is right (`+CCLK`)
public record ModemTls(String caFile, String clientCertFile, String clientKeyFile, boolean serverName,
        boolean checkDates) {
    /// The server's certificate is checked against this one; the server name is sent.
    public static ModemTls checking(String caFile) {
        return new ModemTls(caFile, "", "", true, false);
    }

    /// Whoever answers is believed. For tests only.
    public static ModemTls unchecked() {
        return new ModemTls("", "", "", true, false);
    }

    /// No server name is sent: what many devices do, and why services for many refuse them.
    public ModemTls withoutServerName() {
        return new ModemTls(caFile, clientCertFile, clientKeyFile, false, checkDates);
    }

    public ModemTls withClient(String certFile, String keyFile) {
        return new ModemTls(caFile, certFile, keyFile, serverName, checkDates);
    }

    /// 0 nobody is checked, 1 the server, 2 both, 3 the client only.
    int authMode() {
        return (caFile.isEmpty() ? 0 : 1) + (clientCertFile.isEmpty() ? 0 : caFile.isEmpty() ? 3 : 1);
    }
}
