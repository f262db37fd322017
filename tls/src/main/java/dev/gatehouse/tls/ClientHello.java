package dev.gatehouse.tls;

import java.util.List;

/// What a client offers in the first message of a TLS connection (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
///
/// GREASE values (RFC 8701) are in none of the lists; `grease` says that there were some. All other values are in the
/// order in which they came. A list can have tens of thousands of entries when the sender wants it so: keep
/// [#summary()] and [#ja4()], not this record.
///
/// @param recordVersion version of the first TLS record, for example 0x0301
/// @param legacyVersion `client_version` (TLS 1.2) or `legacy_version` (TLS 1.3), for example 0x0303
/// @param sessionIdBytes 0 to 32
/// @param cipherSuites IANA numbers, signalling suites such as 0x00FF included
/// @param compressionMethods 0 is none
/// @param extensions IANA numbers
/// @param alpn protocol names, one character per byte (ISO 8859-1)
/// @param supportedVersions of the extension with this name; empty when it is missing (before TLS 1.3)
/// @param groups IANA numbers
/// @param keyShares groups for which a key share is sent along
/// @param signatureAlgorithms IANA numbers
/// @param sessionTicket whether a ticket to resume with is sent (RFC 5077)
/// @param preSharedKey whether the `pre_shared_key` extension is sent (TLS 1.3 resumption or external PSK)
/// @param encryptedClientHello whether the real server name may be hidden in an `encrypted_client_hello`
/// @param grease whether any GREASE value was offered
/// @param remarks breaches inside single extensions, phrases for a person; the TLS engine decides what they mean
public record ClientHello(int recordVersion, int legacyVersion, int sessionIdBytes, List<Integer> cipherSuites,
        List<Integer> compressionMethods, List<Integer> extensions, ServerName serverName, List<String> alpn,
        List<Integer> supportedVersions, List<Integer> groups, List<Integer> keyShares,
        List<Integer> signatureAlgorithms, boolean sessionTicket, boolean preSharedKey, boolean encryptedClientHello,
        boolean grease, List<String> remarks) {

    /// Copies the lists.
    public ClientHello {
        cipherSuites = List.copyOf(cipherSuites);
        compressionMethods = List.copyOf(compressionMethods);
        extensions = List.copyOf(extensions);
        alpn = List.copyOf(alpn);
        supportedVersions = List.copyOf(supportedVersions);
        groups = List.copyOf(groups);
        keyShares = List.copyOf(keyShares);
        signatureAlgorithms = List.copyOf(signatureAlgorithms);
        remarks = List.copyOf(remarks);
    }

    /// The highest version offered, for example 0x0304.
    public int highestVersion() {
        return supportedVersions.stream().mapToInt(Integer::intValue).max().orElse(legacyVersion);
    }

    /// The JA4 fingerprint, for example `t13d1516h2_8daaf6152771_e5627efa2ab1`.
    public String ja4() {
        return Ja4.of(this);
    }

    /// One line for a trail, at most some 300 characters of printable ASCII:
    /// `TLS 1.3,1.2; 17 suites; ALPN mqtt; groups x25519,secp256r1`. The server name is not in it.
    public String summary() {
        return HelloSummary.of(this);
    }
}
