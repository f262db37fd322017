package dev.gatehouse.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import org.jspecify.annotations.Nullable;

/// Makes the TLS contexts of a server.
///
/// TLS 1.2 and 1.3 with the suites of Mozilla's "intermediate" profile, without its finite-field Diffie-Hellman: forward
/// secrecy and authenticated encryption only. The CBC suites are left out on purpose: mbedTLS, BearSSL, wolfSSL and the
/// TLS stacks of the usual modems all have ECDHE with AES-GCM, and a device that has not is told so by name.
/// No application protocol (ALPN) is negotiated: clients that offer one go on when none is chosen.
public final class ServerTls {
    /// TLS 1.3 first; the order is a preference only where the client has none.
    private static final List<String> SUITES = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /// In which Netty hands the key on, within this process: the usual type would encrypt it for that, with 10 000 rounds.
    private static final String KEY_STORE = "JKS";
    private static final int SESSIONS_MAX = 10_000;
    private static final int SESSION_SECONDS_MAX = 86_400;

    private ServerTls() {}

    /// The TLS implementation that is used.
    ///
    /// @param provider never [SslProvider#OPENSSL_REFCNT]: contexts are freed with the objects that hold them
    /// @param description for a log, for example `BoringSSL` or `JDK 25.0.1`
    /// @param whyNotNative why it is the JDK's; null when it is not
    public record Engine(SslProvider provider, String description, @Nullable String whyNotNative) {}

    /// BoringSSL where its library loads, else the JDK.
    public static Engine choose() {
        if (OpenSsl.isAvailable()) {
            return new Engine(SslProvider.OPENSSL, String.valueOf(OpenSsl.versionString()), null);
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        return new Engine(SslProvider.JDK, "JDK " + Runtime.version(),
                cause == null ? "no reason given" : String.valueOf(cause.getMessage()));
    }

    /// A context for servers. Session tickets and the session cache are on, separately for each context, so a session
    /// cannot be taken from one tenant's name to another's.
    ///
    /// @throws CertificateFault when this implementation cannot use the key or the chain
    public static SslContext context(KeyPairAndChain pair, SslProvider provider) throws CertificateFault {
        return context(pair, provider, false);
    }

    /// The same, with a choice of versions.
    ///
    /// @param only13 TLS 1.3 alone: clients of TLS 1.2 are refused with the alert `protocol_version`
    public static SslContext context(KeyPairAndChain pair, SslProvider provider, boolean only13)
            throws CertificateFault {
        String[] versions = only13 ? new String[]{"TLSv1.3"} : new String[]{"TLSv1.3", "TLSv1.2"};
        try {
            SslContext context = SslContextBuilder
                    .forServer(pair.key(), pair.chain().toArray(X509Certificate[]::new)).sslProvider(provider)
                    .protocols(versions).ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                    .keyStoreType(KEY_STORE).trustManager(new TrustNobody())
                    .sessionCacheSize(SESSIONS_MAX).sessionTimeout(SESSION_SECONDS_MAX).build();
            if (context instanceof OpenSslServerContext boringSsl) {
                // No keys of ours: with tickets switched on this way BoringSSL makes its own and renews them.
                boringSsl.sessionContext().setTicketKeys();
            }
            return context;
        } catch (SSLException | IllegalArgumentException e) {
            throw new CertificateFault(CertificateFault.Reason.KEY_UNSUPPORTED, "certificate \""
                    + pair.certificate().getSubjectX500Principal() + "\" cannot be used: " + e.getMessage(), e);
        }
    }
}
