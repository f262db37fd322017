package dev.gatehouse.diagnosis;

import org.jspecify.annotations.Nullable;

/// What a TLS handshake that came to nothing tells.
final class TlsRules {
    private static final String DEVICE_ERROR = "the device's own TLS error code and verify flags";
    private static final String CLOCK = "the device's clock and the certificate's dates";
    private static final String CA = "the CA certificate that the device carries";

    private TlsRules() {}

    /// @param usual what the ending stands for when the facts say no more
    static Finding find(Cause usual, Seen seen) {
        Fact.ClientHelloSeen hello = seen.last(Fact.ClientHelloSeen.class);
        if (!seen.has(Fact.TlsEstablished.class) && hello != null && offersOnlyOldVersions(hello)) {
            return Finding.certain(Cause.TLS_VERSION_MISMATCH)
                    .titled("The client offers only " + Sentences.names(hello.versions()) + "; TLS 1.2 is the least")
                    .carriedBy(Fact.ClientHelloSeen.class);
        }
        Fact.AlertReceived alert = seen.last(Fact.AlertReceived.class);
        if (alert != null && isTelling(alert)) {
            return received(alert, seen).carriedBy(Fact.ClientHelloSeen.class);
        }
        Fact.AlertSent sent = seen.last(Fact.AlertSent.class);
        Finding ours = sent == null ? null : sent(sent.number());
        if (ours != null) {
            return ours.carriedBy(Fact.ClientHelloSeen.class);
        }
        return abandoned(usual, seen).carriedBy(Fact.ClientHelloSeen.class, Fact.FirstBytes.class);
    }

    static boolean offersOnlyOldVersions(Fact.ClientHelloSeen hello) {
        return !hello.versions().isEmpty()
                && hello.versions().stream().noneMatch(version -> version.contains("1.2") || version.contains("1.3"));
    }

    /// close_notify and user_canceled say that the client goes, not why.
    private static boolean isTelling(Fact.AlertReceived alert) {
        return alert.number() != 0 && alert.number() != 90;
    }

    /// RFC 8446 §6, RFC 5246 §7.2.
    private static Finding received(Fact.AlertReceived alert, Seen seen) {
        return switch (alert.number()) {
            case -1 -> Finding.likely(Cause.CERT_VERIFY_FAILED, DEVICE_ERROR, CA, CLOCK)
                    .titled("The device broke off the TLS handshake, probably over the server's certificate");
            case 22 -> Finding.certain(Cause.TLS_RECORD_TOO_BIG);
            case 40, 71 -> Finding.likely(Cause.TLS_CIPHER_MISMATCH, DEVICE_ERROR);
            case 42 -> nameOr(seen, Finding.likely(Cause.CERT_VERIFY_FAILED, DEVICE_ERROR, CA, CLOCK));
            case 43 -> Finding.likely(Cause.WEAK_CERT_KEY, DEVICE_ERROR)
                    .titled("The device cannot use this kind of certificate");
            case 44 -> Finding.certain(Cause.CERT_VERIFY_FAILED)
                    .titled("The device says that the server's certificate was revoked")
                    .fixedBy("Let the operator replace the server's certificate.");
            case 45 -> Finding.likely(Cause.CERT_EXPIRED, CLOCK)
                    .titled("The device says that the server's certificate has expired");
            case 46 -> nameOr(seen, Finding.likely(Cause.UNTRUSTED_CA, DEVICE_ERROR, CLOCK));
            case 48 -> Finding.certain(Cause.UNTRUSTED_CA);
            case 70 -> Finding.certain(Cause.TLS_VERSION_MISMATCH);
            case 80 -> Finding.possible(Cause.TLS_OUT_OF_MEMORY, DEVICE_ERROR, "free heap right before the handshake")
                    .titled("The device reports an internal error of its TLS, often a lack of memory");
            case 115 -> Finding.certain(Cause.PSK_IDENTITY_UNKNOWN);
            case 120 -> Finding.certain(Cause.ALPN_MISSING);
            default -> Finding.likely(Cause.TLS_REJECTED_BY_CLIENT, DEVICE_ERROR);
        };
    }

    /// Who asks for a name that nobody has gets the default certificate, and that does not fit the name.
    private static Finding nameOr(Seen seen, Finding otherwise) {
        Fact.TenantUndecided undecided = seen.undecided();
        return undecided != null && undecided.why() == Fact.TenantUndecided.Why.UNKNOWN_SERVER_NAME
                ? Finding.likely(Cause.SNI_UNKNOWN, DEVICE_ERROR)
                        .titled(RefusalRules.unknownServerName(undecided.detail()))
                : otherwise;
    }

    private static @Nullable Finding sent(int number) {
        return switch (number) {
            case 40, 71 -> Finding.certain(Cause.TLS_CIPHER_MISMATCH);
            case 70, 86 -> Finding.certain(Cause.TLS_VERSION_MISMATCH);
            case 116 -> Finding.certain(Cause.CLIENT_CERT_MISSING);
            case 120 -> Finding.certain(Cause.ALPN_MISSING);
            default -> null;
        };
    }

    /// Nobody said why. Without a name that leads to a tenant, that is the first thing to put right.
    private static Finding abandoned(Cause usual, Seen seen) {
        if (usual != Cause.HANDSHAKE_ABANDONED) {
            return usual == Cause.CLOSED_BEFORE_CONNECT || usual == Cause.TLS_REJECTED_BY_CLIENT
                    ? Finding.likely(usual, DEVICE_ERROR)
                    : Finding.certain(usual);
        }
        Fact.TenantUndecided undecided = seen.undecided();
        Fact.ClientHelloSeen hello = seen.last(Fact.ClientHelloSeen.class);
        if (hello != null && hello.serverName() == null) {
            return Finding.likely(Cause.SNI_MISSING, DEVICE_ERROR, CA)
                    .titled("The device sent no server name (SNI) and gave up during the TLS handshake");
        }
        if (undecided != null && undecided.why() == Fact.TenantUndecided.Why.UNKNOWN_SERVER_NAME) {
            return Finding.likely(Cause.SNI_UNKNOWN, DEVICE_ERROR)
                    .titled(RefusalRules.unknownServerName(undecided.detail()));
        }
        return Finding.likely(Cause.HANDSHAKE_ABANDONED, DEVICE_ERROR, CA, CLOCK,
                "free heap and the device's timeout for connecting");
    }
}
