package dev.gatehouse.tls;

/// What [ClientHelloParser] makes of the first bytes of a connection.
public sealed interface Hello {
    /// The bytes so far are the beginning of a ClientHello.
    ///
    /// @param bytesAtLeast 1 or more: with fewer further bytes the ClientHello cannot be complete
    record NeedMore(int bytesAtLeast) implements Hello {}

    /// The first bytes are not a TLS record.
    ///
    /// @param why a phrase for a person, without any of the bytes beyond the first
    record NotTls(String why) implements Hello {}

    /// TLS records, but no valid ClientHello in them (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
    ///
    /// @param why a phrase for a person
    record Malformed(String why) implements Hello {}

    /// A whole ClientHello; the bytes behind it, if any, were not looked at.
    record Complete(ClientHello hello) implements Hello {}
}
