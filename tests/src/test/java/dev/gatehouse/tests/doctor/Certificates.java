package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate with its key and what is presented behind it, good or bad.
///
/// @param behind presented after it; the root is not
public record Certificates(KeyPair keys, X509Certificate certificate, List<X509Certificate> behind) {
    private static final Duration YEAR = Duration.ofDays(365);

    /// How one certificate is made.
    ///
    /// @param names empty makes no subject alternative name
    /// @param issuerAt where it says that its issuer's certificate is published; empty for nowhere
    public record Wish(String subject, List<String> names, Instant from, Instant until, String algorithm, int bits,
            String signature, boolean authority, String issuerAt) {
        /// Good for a year, and for clients too.
        public static Wish server(String... names) {
            return new Wish("CN=server,O=Broken Things", List.of(names), Instant.now().minus(Duration.ofDays(30)),
                    Instant.now().plus(YEAR), "EC", 256, "SHA256with", false, "");
        }

        public static Wish authority(String name) {
            return new Wish("CN=" + name + ",O=Broken Things", List.of(), Instant.now().minus(YEAR.multipliedBy(2)),
                    Instant.now().plus(YEAR), "EC", 256, "SHA256with", true, "");
        }

        Wish lasting(Instant start, Instant end) {
            return new Wish(subject, names, start, end, algorithm, bits, signature, authority, issuerAt);
        }

        Wish keyed(String other, int length) {
            return new Wish(subject, names, from, until, other, length, signature, authority, issuerAt);
        }

        Wish signedWith(String digest) {
            return new Wish(subject, names, from, until, algorithm, bits, digest, authority, issuerAt);
        }

        Wish of(String organization) {
            return new Wish(subject.replaceAll("O=.*", "O=" + organization), names, from, until, algorithm, bits,
                    signature, authority, issuerAt);
        }

        Wish issuerAt(String url) {
            return new Wish(subject, names, from, until, algorithm, bits, signature, authority, url);
        }
    }

    /// With no issuer but itself.
    public static Certificates selfSigned(Wish wish) {
        KeyPair keys = keys(wish);
        return new Certificates(keys, make(wish, keys, new X500Name(wish.subject), keys), List.of());
    }

    /// Signed by this one, which is presented behind it unless it is a root.
    public Certificates sign(Wish wish) {
        KeyPair own = keys(wish);
        X509Certificate made = make(wish, own,
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), keys);
        boolean root = certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        return new Certificates(own, made, root ? List.of() : List.of(certificate));
    }

    Certificates alone() {
        return new Certificates(keys, certificate, List.of());
    }

    private static KeyPair keys(Wish wish) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(wish.algorithm);
            generator.initialize(wish.bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate make(Wish wish, KeyPair own, X500Name issuer, KeyPair signer) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer,
                    BigInteger.valueOf(System.nanoTime()), Date.from(wish.from), Date.from(wish.until),
                    new X500Name(wish.subject), own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wish.authority));
            if (!wish.names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(wish.names.stream()
                        .map(name -> new GeneralName(GeneralName.dNSName, name)).toArray(GeneralName[]::new)));
            }
            if (!wish.issuerAt.isEmpty()) {
                builder.addExtension(Extension.authorityInfoAccess, false,
                        new AuthorityInformationAccess(AccessDescription.id_ad_caIssuers,
                                new GeneralName(GeneralName.uniformResourceIdentifier, wish.issuerAt)));
            }
            String algorithm = wish.signature + (signer.getPublic().getAlgorithm().equals("EC") ? "ECDSA" : "RSA");
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private KeyManagerFactory shown() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] chain = new X509Certificate[1 + behind.size()];
        Arrays.setAll(chain, i -> i == 0 ? certificate : behind.get(i - 1));
        store.setKeyEntry("own", keys.getPrivate(), new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory;
    }

    /// Shows this certificate, as a client.
    KeyManager manager() {
        try {
            return shown().getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A server's TLS with this certificate.
    ///
    /// @param protocol for example `TLSv1.2`
    SSLContext context(String protocol) {
        try {
            SSLContext context = SSLContext.getInstance(protocol);
            context.init(shown().getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Writes the chain as PEM.
    public Path certificateFile(Path folder, String name) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(certificate);
            for (X509Certificate one : behind) {
                writer.writeObject(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return write(folder.resolve(name + ".crt"), text);
    }

    /// Writes the key as PEM.
    public Path keyFile(Path folder, String name) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new JcaPKCS8Generator(keys.getPrivate(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return write(folder.resolve(name + ".key"), text);
    }

    private static Path write(Path file, StringWriter text) {
        try {
            return Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
