package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.util.List;

/// What a TLS handshake came to.
public sealed interface TlsOutcome {
    /// It is done.
    ///
    /// @param version as the JDK names it, for example `TLSv1.3`
    /// @param alpn the protocol agreed on; empty for none
    /// @param asked whether the server asked for a client certificate
    /// @param chain as presented, the server's own first
    /// @param recordBytes the sizes of the records that came during the handshake, in their order, headers not counted
    /// @param receivedBytes during the handshake
    record Done(String version, String cipherSuite, String alpn, boolean asked, List<X509Certificate> chain,
            List<Integer> recordBytes, long receivedBytes) implements TlsOutcome {
        public Done {
            chain = List.copyOf(chain);
            recordBytes = List.copyOf(recordBytes);
        }

        /// What a device's buffer has to hold.
        int largestRecordBytes() {
            return recordBytes.stream().mapToInt(Integer::intValue).max().orElse(0);
        }
    }

    /// The server sent a fatal alert.
    ///
    /// @param alert its IANA name, for example `unrecognized_name`
    /// @param asked whether the server had asked for a client certificate
    record Alert(String alert, boolean asked) implements TlsOutcome {}

    /// The server closed, or the connection was reset.
    ///
    /// @param reset false: closed in good order
    /// @param answered whether anything of TLS had come before
    record Ended(boolean reset, boolean answered, boolean asked) implements TlsOutcome {}

    /// It did not finish in time.
    ///
    /// @param answered whether anything of TLS had come before
    record Stalled(boolean answered) implements TlsOutcome {}

    /// Something else failed.
    ///
    /// @param answered whether anything of TLS had come before
    record Failed(String message, boolean answered) implements TlsOutcome {}
}
