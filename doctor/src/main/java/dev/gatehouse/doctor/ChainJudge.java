package dev.gatehouse.doctor;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.doctor.ChainReport.Problem;

/// Judges a chain of certificates as a careful client would, and names every reason it finds, not only the first.
///
/// Time and roots are arguments: nothing is looked up.
///
/// - **Source:** RFC 5280 §6, RFC 6125 §6.4, RFC 5246 §7.4.2.
final class ChainJudge {
    /// Below, today's stacks refuse an RSA key (NIST SP 800-131A).
    static final int RSA_BITS_MIN = 2_048;
    private static final int EC_BITS_MIN = 224;
    private static final Duration SOON = Duration.ofDays(14);

    private final List<X509Certificate> chain;
    private final String host;
    private final Instant now;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private ChainJudge(List<X509Certificate> chain, String host, Instant now) {
        this.chain = chain;
        this.host = host;
        this.now = now;
    }

    /// @param chain not empty, the server's own first
    /// @param host the name or address that the client means
    /// @param given roots of `--cafile`
    /// @param system roots of the system's store
    /// @param publisher finds the certificate above one, where its CA publishes it
    static ChainReport judge(List<X509Certificate> chain, String host, List<X509Certificate> given,
            Collection<X509Certificate> system, Instant now, Publisher publisher) {
        return new ChainJudge(chain, host, now).judge(given, system, publisher);
    }

    /// Where a certificate's issuer is looked for when the server does not send it.
    @FunctionalInterface
    interface Publisher {
        /// Whatever is published as issuer of this one, unverified; empty when nothing is.
        List<X509Certificate> issuers(X509Certificate certificate);
    }

    private ChainReport judge(List<X509Certificate> given, Collection<X509Certificate> system,
            Publisher publisher) {
        dates();
        name();
        strength();
        X509Certificate anchor = anchor(given);
        X509Certificate ofSystem = anchor(system);
        boolean systems = false;
        if (anchor == null) {
            anchor = ofSystem;
            systems = anchor != null;
            if (anchor != null && !given.isEmpty()) {
                problems.add(new Problem(Cause.UNTRUSTED_CA, Certainty.CERTAIN, "the root of --cafile does not verify"
                        + " this chain; the system's trust store does, with \"" + subject(anchor) + "\""));
            }
        }
        if (anchor == null) {
            trust(given, system, publisher);
        } else {
            anchorDates(anchor);
            remarks.addAll(DeviceRoots.remarks(chain, anchor, systems, now));
        }
        int der = chain.stream().mapToInt(ChainJudge::derBytes).sum();
        return new ChainReport(chain, der, 4 + 3 + der + 3 * chain.size(), anchor, systems, ofSystem != null,
                problems, remarks);
    }

    private void dates() {
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            String which = i == 0 ? "the server's certificate" : "the certificate \"" + subject(certificate) + "\"";
            Instant from = certificate.getNotBefore().toInstant();
            Instant until = certificate.getNotAfter().toInstant();
            boolean root = i > 0 && selfSigned(certificate);
            if (until.isBefore(now)) {
                if (root) {
                    remarks.add("the server sends the expired root \"" + subject(certificate) + "\" (" + until
                            + "): devices with an old TLS library follow it and fail");
                } else {
                    problems.add(new Problem(Cause.CERT_EXPIRED, Certainty.CERTAIN, which + " expired on " + until));
                }
            } else if (from.isAfter(now)) {
                problems.add(new Problem(Cause.CERT_NOT_YET_VALID, Certainty.CERTAIN, which + " is valid from " + from
                        + " on; this machine's clock says " + now));
            } else if (i == 0 && until.isBefore(now.plus(SOON))) {
                remarks.add("the server's certificate expires soon: " + until);
            }
        }
    }

    private void name() {
        X509Certificate own = chain.getFirst();
        List<String> names = alternativeNames(own);
        if (names.isEmpty()) {
            problems.add(new Problem(Cause.CERT_NO_SAN, Certainty.CERTAIN,
                    "the server's certificate has no subject alternative name, only \"" + subject(own) + "\""));
        } else if (names.stream().noneMatch(name -> fits(name, host))) {
            problems.add(new Problem(Cause.HOSTNAME_MISMATCH, Certainty.CERTAIN, "the server's certificate is for "
                    + names.stream().limit(6).collect(Collectors.joining(", ")) + (names.size() > 6 ? ", …" : "")
                    + "; wanted is " + host));
        } else if (names.stream().filter(name -> fits(name, host)).allMatch(ChainJudge::ofTopLevel)) {
            remarks.add("the certificate fits only by a wildcard below a name of one label (*."
                    + host.substring(host.indexOf('.') + 1)
                    + "): this machine accepts that; OpenSSL, and with it Python, "
                    + "and Node refuse it");
        }
    }

    private void strength() {
        for (X509Certificate certificate : chain) {
            String which = "the certificate \"" + subject(certificate) + "\"";
            String key = weakKey(certificate);
            if (key != null) {
                problems.add(new Problem(Cause.WEAK_CERT_KEY, Certainty.LIKELY, which + " has a weak key: " + key));
            }
            String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
            if (!selfSigned(certificate) && (signature.startsWith("SHA1") || signature.startsWith("MD5"))) {
                problems.add(new Problem(Cause.WEAK_CERT_KEY, Certainty.LIKELY,
                        which + " is signed with " + certificate.getSigAlgName() + ", which clients refuse today"));
            }
        }
    }

    private static @Nullable String weakKey(X509Certificate certificate) {
        return switch (certificate.getPublicKey()) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() < RSA_BITS_MIN ->
                "RSA of " + rsa.getModulus().bitLength() + " bits";
            case ECPublicKey ec when ec.getParams().getCurve().getField().getFieldSize() < EC_BITS_MIN ->
                "EC of " + ec.getParams().getCurve().getField().getFieldSize() + " bits";
            default -> null;
        };
    }

    /// The root that verifies the chain, whatever the dates say: those are judged on their own.
    private @Nullable X509Certificate anchor(Collection<X509Certificate> roots) {
        if (roots.isEmpty()) {
            return null;
        }
        try {
            X509CertSelector own = new X509CertSelector();
            own.setCertificate(chain.getFirst());
            Set<TrustAnchor> anchors = roots.stream().map(root -> new TrustAnchor(root, null))
                    .collect(Collectors.toSet());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, own);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(commonMoment()));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            PKIXCertPathBuilderResult result = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX")
                    .build(parameters);
            return result.getTrustAnchor().getTrustedCert();
        } catch (CertPathBuilderException e) {
            return signedChainAnchor(roots);
        } catch (InvalidAlgorithmParameterException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has PKIX", e);
        }
    }

    /// Now, or the middle of the first certificate's life when it is not valid now.
    private Instant commonMoment() {
        Instant from = chain.getFirst().getNotBefore().toInstant();
        Instant until = chain.getFirst().getNotAfter().toInstant();
        return now.isBefore(from) || now.isAfter(until)
                ? from.plus(Duration.between(from, until).dividedBy(2))
                : now;
    }

    /// The JDK's PKIX also refuses weak keys and what has expired; these have problems of their own. What is left is
    /// whether signatures lead to a root.
    private @Nullable X509Certificate signedChainAnchor(Collection<X509Certificate> roots) {
        X509Certificate at = chain.getFirst();
        Set<X509Certificate> seen = new HashSet<>();
        while (seen.add(at)) {
            X509Certificate below = at;
            for (X509Certificate root : roots) {
                if (below.equals(root) || signs(root, below)) {
                    return root;
                }
            }
            X509Certificate issuer = chain.stream().filter(other -> !other.equals(below) && signs(other, below))
                    .findFirst().orElse(null);
            if (issuer == null) {
                return null;
            }
            at = issuer;
        }
        return null;
    }

    private static boolean signs(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                || issuer.getBasicConstraints() < 0) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private void trust(List<X509Certificate> given, Collection<X509Certificate> system, Publisher publisher) {
        X509Certificate own = chain.getFirst();
        if (selfSigned(own)) {
            problems.add(new Problem(Cause.SELF_SIGNED_CERT, Certainty.CERTAIN,
                    "the server's certificate is signed by itself, and nothing here trusts it"));
            return;
        }
        X509Certificate top = top();
        if (selfSigned(top)) {
            boolean renewed = given.stream()
                    .anyMatch(root -> root.getSubjectX500Principal().equals(top.getSubjectX500Principal()));
            problems.add(new Problem(Cause.UNTRUSTED_CA, Certainty.CERTAIN, "the chain ends at \"" + subject(top)
                    + "\", which " + (given.isEmpty()
                            ? "the system's trust store does not have"
                            : renewed
                                    ? "--cafile has under the same name and with another key: its copy is outdated"
                                    : "neither --cafile nor the system's trust store has")));
            return;
        }
        String missing = name(top.getIssuerX500Principal());
        List<X509Certificate> roots = new ArrayList<>(given);
        roots.addAll(system);
        boolean sameName = roots.stream()
                .anyMatch(root -> root.getSubjectX500Principal().equals(top.getIssuerX500Principal()));
        if (sameName) {
            problems.add(new Problem(Cause.UNTRUSTED_CA, Certainty.CERTAIN, "a trusted root has the name \"" + missing
                    + "\" and another key: the copy of the root is outdated, or another CA has that name"));
            return;
        }
        X509Certificate published = publisher.issuers(top).stream().filter(one -> signs(one, top)).findFirst()
                .orElse(null);
        String organization = part(BCStyle.O, top.getIssuerX500Principal());
        boolean related = organization != null && roots.stream()
                .anyMatch(root -> organization.equals(part(BCStyle.O, root.getSubjectX500Principal())));
        String sentence = "the server sends " + (chain.size() == 1
                ? "only its own certificate"
                : chain.size()
                        + " certificates")
                + ", and the next one, \"" + missing + "\", is neither there nor trusted";
        if (published != null) {
            X509Certificate root = roots.stream().filter(one -> one.equals(published) || signs(one, published))
                    .findFirst().orElse(null);
            problems.add(root != null
                    ? new Problem(Cause.MISSING_INTERMEDIATE, Certainty.CERTAIN, sentence
                            + "; its CA publishes it, and it leads to the trusted root \"" + subject(root) + "\"")
                    : new Problem(Cause.UNTRUSTED_CA, Certainty.LIKELY,
                            sentence + "; its CA publishes it, and it leads to \""
                                    + name(published.getIssuerX500Principal()) + "\", which nothing here trusts"));
        } else if (Issuers.isNamed(top) || related) {
            problems.add(new Problem(Cause.MISSING_INTERMEDIATE, Certainty.LIKELY, sentence + (related
                    ? "; a trusted root is of the same organization"
                    : "")));
        } else {
            problems.add(new Problem(Cause.UNTRUSTED_CA, Certainty.LIKELY, sentence));
            problems.add(new Problem(Cause.MISSING_INTERMEDIATE, Certainty.POSSIBLE, sentence));
        }
    }

    /// The last certificate that the presented ones lead to.
    private X509Certificate top() {
        X509Certificate at = chain.getFirst();
        Set<X509Certificate> seen = new HashSet<>();
        while (seen.add(at)) {
            X509Certificate below = at;
            X509Certificate issuer = selfSigned(at)
                    ? null
                    : chain.stream()
                            .filter(other -> !other.equals(below) && signs(other, below)).findFirst().orElse(null);
            if (issuer == null) {
                return at;
            }
            at = issuer;
        }
        return at;
    }

    private void anchorDates(X509Certificate anchor) {
        if (anchor.getNotAfter().toInstant().isBefore(now) && !chain.contains(anchor)) {
            problems.add(new Problem(Cause.EXPIRED_ROOT_CA, Certainty.CERTAIN,
                    "the root \"" + subject(anchor) + "\" expired on " + anchor.getNotAfter().toInstant()));
        }
    }

    static boolean selfSigned(X509Certificate certificate) {
        if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static int derBytes(X509Certificate certificate) {
        try {
            return certificate.getEncoded().length;
        } catch (CertificateEncodingException e) {
            throw new AssertionError("it was made from its encoding", e);
        }
    }

    static List<String> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            List<String> names = new ArrayList<>();
            if (all != null) {
                for (List<?> one : all) {
                    if (one.get(1) instanceof String text && (one.get(0).equals(2) || one.get(0).equals(7))) {
                        names.add(text);
                    }
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /// Whether a name of a certificate stands for a host: exactly, or `*` for its first label.
    static boolean fits(String name, String host) {
        String pattern = name.toLowerCase(Locale.ROOT);
        String wanted = host.toLowerCase(Locale.ROOT);
        if (pattern.equals(wanted)) {
            return true;
        }
        if (Plan.isAddress(host)) {
            return expanded(pattern).equals(expanded(wanted));
        }
        int dot = wanted.indexOf('.');
        return pattern.startsWith("*.") && dot > 0 && pattern.substring(1).equals(wanted.substring(dot));
    }

    /// A wildcard with a single label behind it, such as `*.localhost`. RFC 6125 §7.2 leaves it to the client.
    private static boolean ofTopLevel(String name) {
        return name.startsWith("*.") && name.indexOf('.', 2) < 0;
    }

    /// IPv6 addresses have many spellings.
    private static String expanded(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            return InetAddress.ofLiteral(address).getHostAddress();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    /// The common name where there is one, the whole name otherwise.
    static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    private static String name(X500Principal distinguished) {
        String common = part(BCStyle.CN, distinguished);
        return Shown.text(common == null ? distinguished.getName() : common, 80);
    }

    private static @Nullable String part(ASN1ObjectIdentifier key, X500Principal distinguished) {
        RDN[] found = X500Name.getInstance(distinguished.getEncoded()).getRDNs(key);
        return found.length == 0 ? null : IETFUtils.valueToString(found[0].getFirst().getValue());
    }
}
