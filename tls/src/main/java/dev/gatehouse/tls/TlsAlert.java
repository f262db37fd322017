package dev.gatehouse.tls;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// The alerts of the IANA registry "TLS Alerts", each with one line for a person.
public enum TlsAlert {
    /// The sender closes in good order.
    CLOSE_NOTIFY(0, "the sender closes the connection in good order"),
    UNEXPECTED_MESSAGE(10, "the other side sent a message that is not allowed at this point"), //
    BAD_RECORD_MAC(20, "a record could not be decrypted or was changed on the way"), //
    DECRYPTION_FAILED(21, "a record could not be decrypted (TLS 1.0 and before)"), //
    RECORD_OVERFLOW(22, "a record was longer than allowed, or than the sender's buffer"), //
    DECOMPRESSION_FAILURE(30, "a compressed record could not be unpacked"), //
    HANDSHAKE_FAILURE(40, "no common cipher suite, group or signature algorithm"), //
    NO_CERTIFICATE(41, "no certificate (SSL 3)"), //
    BAD_CERTIFICATE(42, "the certificate is damaged, or its signature or name does not check"), //
    UNSUPPORTED_CERTIFICATE(43, "the certificate is of a kind that the sender does not support"), //
    CERTIFICATE_REVOKED(44, "the certificate was revoked"), //
    CERTIFICATE_EXPIRED(45, "the certificate is expired or not yet valid by the sender's clock"), //
    CERTIFICATE_UNKNOWN(46, "the sender does not accept the certificate and does not say why"), //
    ILLEGAL_PARAMETER(47, "a field of the handshake has a value that is not allowed"), //
    UNKNOWN_CA(48, "the sender does not know or trust the authority that signed the certificate"), //
    ACCESS_DENIED(49, "the certificate is valid, access is denied all the same"), //
    DECODE_ERROR(50, "a handshake message could not be read"), //
    DECRYPT_ERROR(51, "a signature or a Finished message of the handshake does not check"), //
    TOO_MANY_CIDS_REQUESTED(52, "too many connection ids were asked for (DTLS)"), //
    EXPORT_RESTRICTION(60, "export-grade cryptography was asked for (historic)"), //
    PROTOCOL_VERSION(70, "no TLS version in common"), //
    INSUFFICIENT_SECURITY(71, "the cipher suites offered are weaker than the sender allows"), //
    INTERNAL_ERROR(80, "the sender failed for a reason of its own, such as lack of memory"), //
    INAPPROPRIATE_FALLBACK(86, "the client fell back to an older TLS version without need"), //
    USER_CANCELED(90, "the sender gave up the handshake on purpose"), //
    NO_RENEGOTIATION(100, "the sender does not renegotiate"), //
    MISSING_EXTENSION(109, "an extension that is necessary here is missing"), //
    UNSUPPORTED_EXTENSION(110, "an extension was answered that was not offered"), //
    CERTIFICATE_UNOBTAINABLE(111, "the certificate could not be fetched from the given URL"), //
    UNRECOGNIZED_NAME(112, "the server does not serve the server name that the client sent"), //
    BAD_CERTIFICATE_STATUS_RESPONSE(113, "the stapled OCSP answer is not valid"), //
    BAD_CERTIFICATE_HASH_VALUE(114, "the certificate does not match its announced hash"), //
    UNKNOWN_PSK_IDENTITY(115, "the pre-shared key identity is not known"), //
    CERTIFICATE_REQUIRED(116, "the server asks for a client certificate and got none"), //
    GENERAL_ERROR(117, "the sender failed and no other alert fits"), //
    NO_APPLICATION_PROTOCOL(120, "no application protocol (ALPN) in common"), //
    ECH_REQUIRED(121, "encrypted ClientHello was required and not accepted");

    private static final @Nullable TlsAlert[] BY_NUMBER = new TlsAlert[256];

    static {
        for (TlsAlert alert : values()) {
            BY_NUMBER[alert.number] = alert;
        }
    }

    private final int number;
    private final String meaning;

    TlsAlert(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /// The alert description on the wire, 0 to 255.
    public int number() {
        return number;
    }

    /// What it says, one line; "the sender" is the side that sent the alert.
    public String meaning() {
        return meaning;
    }

    /// The registry's name, for example `unknown_ca`.
    public String ianaName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The alert with this number, or null.
    public static @Nullable TlsAlert of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
