package dev.gatehouse.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate authority for development: what a client needs to trust is one file in the data folder.
///
/// - **Shape:** folder → `ca.crt`, `ca.key`, `server.crt` (server, then CA) and `server.key`, all PEM, keys as PKCS#8
///   with mode 0600.
/// - **Thread:** any, one at a time; reads and writes files.
/// - **Errors:** [CertificateFault]. A CA whose files cannot be read is never replaced: clients trust it.
/// - **Limits:** the CA is valid for 10 years, the server's certificate for [#SERVER_DAYS] days; it is renewed when less
///   than [#RENEW_DAYS] remain.
/// - **Source:** RFC 5280.
public final class DevelopmentAuthority {
    /// Validity of the server's certificate; clients of some platforms refuse more than 398 days.
    public static final int SERVER_DAYS = 397;
    /// The server's certificate is renewed when fewer days than this remain.
    public static final int RENEW_DAYS = 30;

    /// Host names besides the domain's: a small device has to take the certificate into its memory.
    public static final int HOSTS_MAX = 50;

    private static final Logger log = LoggerFactory.getLogger(DevelopmentAuthority.class);
    private static final int CA_DAYS = 3_652;
    /// For clients whose clock is a little behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final Path folder;
    private final InstantSource clock;
    private final SecureRandom random;

    /// @param folder made when missing
    public DevelopmentAuthority(Path folder, InstantSource clock, SecureRandom random) {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    /// The CA's certificate, the file that clients are given.
    public Path caFile() {
        return folder.resolve("ca.crt");
    }

    /// The server's certificate with the CA's behind it.
    public Path certificateFile() {
        return folder.resolve("server.crt");
    }

    /// The server's key.
    public Path keyFile() {
        return folder.resolve("server.key");
    }

    /// The same without other hosts.
    public KeyPairAndChain certificateFor(String domain) throws CertificateFault {
        return certificateFor(domain, List.of());
    }

    /// The certificate for a domain, its sub-domains of one label, other hosts, and this machine (`localhost`, 127.0.0.1,
    /// ::1).
    ///
    /// The files of an earlier call are used again while they fit the names and stay valid for [#RENEW_DAYS] days; call
    /// again from time to time to have them renewed.
    ///
    /// @param domain for example `mq.test`
    /// @param hosts the first [#HOSTS_MAX] of them, in the order of the alphabet, get into the certificate
    public KeyPairAndChain certificateFor(String domain, Collection<String> hosts) throws CertificateFault {
        if (!(ServerName.of(domain) instanceof ServerName.HostName(_, String name))) {
            throw new CertificateFault(CertificateFault.Reason.BAD_DOMAIN,
                    "\"" + domain + "\" is no domain for certificates: give a DNS name such as mq.example.org");
        }
        KeyPairAndChain ca = authority();
        KeyPairAndChain server = existing(certificateFile(), keyFile());
        Set<String> names = dnsNames(name, hosts);
        if (server != null && fits(server, ca, names)) {
            return server;
        }
        return makeServer(ca, name, names);
    }

    private boolean fits(KeyPairAndChain server, KeyPairAndChain ca, Set<String> names) {
        return List.copyOf(names).equals(server.dnsNames())
                && server.chain().getLast().equals(ca.certificate())
                && !clock.instant().plus(RENEW_DAYS, ChronoUnit.DAYS).isAfter(server.notAfter());
    }

    private KeyPairAndChain authority() throws CertificateFault {
        Path keyFile = folder.resolve("ca.key");
        if (Files.exists(caFile())) {
            KeyPairAndChain ca = readAuthority(keyFile);
            if (clock.instant().plus(SERVER_DAYS, ChronoUnit.DAYS).isBefore(ca.notAfter())) {
                return ca;
            }
            log.warn("the development CA {} ends on {} and is replaced: clients need the new file", caFile(),
                    ca.notAfter());
        }
        return makeAuthority(keyFile);
    }

    private KeyPairAndChain readAuthority(Path keyFile) throws CertificateFault {
        try {
            return CertificateFiles.read(caFile(), keyFile);
        } catch (CertificateFault fault) {
            throw new CertificateFault(fault.reason(), "the development CA cannot be used: " + fault.getMessage()
                    + ". Put the file back, or delete " + caFile() + " for a new CA, which clients then need", fault);
        }
    }

    private static @Nullable KeyPairAndChain existing(Path certificate, Path key) {
        if (!Files.exists(certificate) && !Files.exists(key)) {
            return null;
        }
        try {
            return CertificateFiles.read(certificate, key);
        } catch (CertificateFault fault) {
            log.warn("the development certificate is made anew: {}", fault.getMessage());
            return null;
        }
    }

    private KeyPairAndChain makeAuthority(Path keyFile) throws CertificateFault {
        KeyPair pair = newKeyPair();
        BigInteger serial = newSerial();
        // A name of its own for each CA: clients that hold two must be able to tell them apart.
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Gatehouse development").addRDN(
                BCStyle.CN, "Gatehouse development CA " + HexFormat.of().formatHex(serial.toByteArray(), 1, 5)).build();
        Instant from = clock.instant().minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
        X509Certificate certificate = sign(pair,
                new JcaX509v3CertificateBuilder(name, serial, Date.from(from),
                        Date.from(from.plus(CA_DAYS, ChronoUnit.DAYS)), name, pair.getPublic()),
                pair.getPublic(), pair.getPublic(), builder -> {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
                    builder.addExtension(Extension.keyUsage, true,
                            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
                });
        KeyPairAndChain ca = KeyPairAndChain.of(pair.getPrivate(), List.of(certificate));
        write(ca, keyFile, caFile());
        log.info("made a development CA, valid until {}: {}", ca.notAfter(), caFile());
        return ca;
    }

    private KeyPairAndChain makeServer(KeyPairAndChain ca, String domain, Set<String> names) throws CertificateFault {
        KeyPair pair = newKeyPair();
        // The CN is for people; names longer than 64 characters do not fit it (RFC 5280, ub-common-name).
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, "Gatehouse development")
                .addRDN(BCStyle.CN, domain.length() <= 64 ? domain : "development server").build();
        X500Name issuer = X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded());
        Instant from = clock.instant().minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
        X509Certificate certificate = sign(new KeyPair(ca.certificate().getPublicKey(), ca.key()),
                new JcaX509v3CertificateBuilder(issuer, newSerial(), Date.from(from),
                        Date.from(from.plus(SERVER_DAYS, ChronoUnit.DAYS)), name, pair.getPublic()),
                pair.getPublic(), ca.certificate().getPublicKey(), builder -> {
                    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                    builder.addExtension(Extension.extendedKeyUsage, false,
                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                    builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
                });
        KeyPairAndChain server = KeyPairAndChain.of(pair.getPrivate(), List.of(certificate, ca.certificate()));
        write(server, keyFile(), certificateFile());
        log.info("made a development certificate for {}, valid until {}", server.dnsNames(), server.notAfter());
        return server;
    }

    private static Set<String> dnsNames(String domain, Collection<String> hosts) {
        Set<String> names = new LinkedHashSet<>();
        names.add(domain);
        names.add("*." + domain);
        names.add("localhost");
        hosts.stream().sorted().distinct().limit(HOSTS_MAX).forEach(names::add);
        if (hosts.size() > HOSTS_MAX) {
            log.warn("{} of {} host names are not in the development certificate, which has room for {}",
                    hosts.size() - HOSTS_MAX, hosts.size(), HOSTS_MAX);
        }
        return names;
    }

    private static GeneralNames alternativeNames(Set<String> dnsNames) {
        List<GeneralName> names = new ArrayList<>();
        dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        names.add(new GeneralName(GeneralName.iPAddress, "::1"));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private interface Extensions {
        void addTo(X509v3CertificateBuilder builder) throws CertIOException;
    }

    private X509Certificate sign(KeyPair signer, X509v3CertificateBuilder builder, PublicKey subject, PublicKey issuer,
            Extensions extensions) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            extensions.addTo(builder);
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    identifiers.createSubjectKeyIdentifier(subject));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    identifiers.createAuthorityKeyIdentifier(issuer));
            return new JcaX509CertificateConverter().getCertificate(builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").setSecureRandom(random).build(signer.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new AssertionError("every Java has SHA-1 and ECDSA on P-256", e);
        }
    }

    private KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has the curve P-256", e);
        }
    }

    /// 16 bytes, positive, 126 bits of chance.
    private BigInteger newSerial() {
        return new BigInteger(126, random).setBit(126);
    }

    /// The key first: a crash in between leaves a pair that does not match, which the next start makes anew.
    private void write(KeyPairAndChain pair, Path keyFile, Path certificateFile) throws CertificateFault {
        StringWriter chain = new StringWriter();
        StringWriter key = new StringWriter();
        try (JcaPEMWriter chainWriter = new JcaPEMWriter(chain); JcaPEMWriter keyWriter = new JcaPEMWriter(key)) {
            for (X509Certificate certificate : pair.chain()) {
                chainWriter.writeObject(certificate);
            }
            keyWriter.writeObject(new JcaPKCS8Generator(pair.key(), null));
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
        AtomicFile.write(keyFile, key.toString(), AtomicFile.SECRET);
        AtomicFile.write(certificateFile, chain.toString(), AtomicFile.PUBLIC);
    }
}
