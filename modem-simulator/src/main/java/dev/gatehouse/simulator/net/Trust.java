package dev.gatehouse.simulator.net;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/// Whom the modem trusts: everybody, or who can show a certificate of its authorities. Never looks at names.
///
/// "Extended", so that the JDK adds no checks of its own.
final class Trust extends X509ExtendedTrustManager {
    private final @Nullable List<X509Certificate> authorities;
    private final @Nullable Instant at;

    /// @param authorities null trusts everybody
    /// @param at null does not look at dates
    Trust(@Nullable List<X509Certificate> authorities, @Nullable Instant at) {
        this.authorities = authorities;
        this.at = at;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (authorities == null) {
            return;
        }
        // A server's certificate that is itself in the file is trusted.
        if (authorities.contains(chain[0])) {
            if (at != null) {
                chain[0].checkValidity(Date.from(at));
            }
            return;
        }
        try {
            List<X509Certificate> path = Arrays.stream(chain).filter(each -> !authorities.contains(each)).toList();
            PKIXParameters parameters = new PKIXParameters(authorities.stream()
                    .map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(at == null ? newest(path) : Date.from(at));
            Object _ = CertPathValidator.getInstance("PKIX").validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException untrusted) {
            throw new CertificateException(untrusted.getMessage(), untrusted);
        }
    }

    /// A moment at which all of them are valid, if there is one.
    private static Date newest(List<X509Certificate> path) {
        return path.stream().map(X509Certificate::getNotBefore).max(Comparator.naturalOrder()).orElseThrow();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        throw new AssertionError("a modem has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw new AssertionError("a modem has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw new AssertionError("a modem has no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
