package dev.gatehouse.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// A server's private key with its certificate and the certificates of those who issued it.
///
/// @param key belongs to the first certificate of the chain
/// @param chain the server's certificate first, then each one's issuer; at least one
/// @param notAfter when the first certificate of the chain to expire does so
/// @param dnsNames `dNSName` entries of the server's certificate, in their order, lower case
public record KeyPairAndChain(PrivateKey key, List<X509Certificate> chain, Instant notAfter, List<String> dnsNames) {
    private static final int DNS_NAME = 2;

    /// Copies the lists.
    public KeyPairAndChain {
        chain = List.copyOf(chain);
        dnsNames = List.copyOf(dnsNames);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least one certificate");
        }
    }

    /// Reads dates and names from the chain.
    static KeyPairAndChain of(PrivateKey key, List<X509Certificate> chain) {
        Instant notAfter = chain.stream().map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo).orElseThrow();
        return new KeyPairAndChain(key, chain, notAfter, dnsNames(chain.getFirst()));
    }

    /// The server's certificate.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// Without the key.
    @Override
    public String toString() {
        return "KeyPairAndChain[key=***, certificate=" + certificate().getSubjectX500Principal() + ", chain of "
                + chain.size() + ", notAfter=" + notAfter + ", dnsNames=" + dnsNames + "]";
    }

    private static List<String> dnsNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> entry : all) {
                    if (entry.get(0) instanceof Integer type && type == DNS_NAME
                            && entry.get(1) instanceof String name) {
                        names.add(name.toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // A damaged extension names nobody; CertificateFiles.warnings says that there is no name.
            return List.of();
        }
        return names;
    }
}
