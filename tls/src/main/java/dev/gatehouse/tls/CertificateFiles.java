package dev.gatehouse.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.tls.CertificateFault.Reason;

/// Reads a server's certificate chain and key from PEM files.
///
/// - **Shape:** certificates as `CERTIFICATE` blocks; the key as PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or
///   SEC1 (`EC PRIVATE KEY`), unencrypted. Both may be in one file, which is then given twice.
/// - **Thread:** any; reads files.
/// - **Errors:** [CertificateFault], which names the file and the way out.
/// - **Limits:** files of at most [#FILE_BYTES_MAX] bytes.
public final class CertificateFiles {
    /// No certificate or key file is longer than this.
    public static final long FILE_BYTES_MAX = 1_048_576;

    private static final int RSA_BITS_MIN = 2_048;
    private static final Duration WARN_BEFORE_EXPIRY = Duration.ofDays(14);

    private CertificateFiles() {}

    /// What a PEM file has in it; other blocks (parameters, requests) are passed over.
    private record Contents(List<X509Certificate> certificates, List<PrivateKey> keys) {}

    /// Reads, and checks that key and chain belong together. Expiry is no fault: see [#warnings].
    public static KeyPairAndChain read(Path certificateFile, Path keyFile) throws CertificateFault {
        Contents forCertificate = contents(certificateFile);
        Contents forKey = contents(keyFile);
        if (forCertificate.certificates.isEmpty()) {
            boolean swapped = !forCertificate.keys.isEmpty() && !forKey.certificates.isEmpty();
            if (swapped) {
                throw new CertificateFault(Reason.SWAPPED, "certificate " + certificateFile
                        + " contains the key and key " + keyFile + " the certificate: exchange the two");
            }
            throw new CertificateFault(Reason.NO_CERTIFICATE, "certificate " + certificateFile
                    + " has no BEGIN CERTIFICATE block"
                    + (forCertificate.keys.isEmpty() ? "" : ", only a private key: give the certificate file here"));
        }
        if (forKey.keys.isEmpty()) {
            throw new CertificateFault(Reason.NO_KEY, "key " + keyFile + " has no BEGIN PRIVATE KEY block"
                    + (forKey.certificates.isEmpty() ? "" : ", only a certificate: give the key file here"));
        }
        if (forKey.keys.size() > 1) {
            throw new CertificateFault(Reason.NO_KEY,
                    "key " + keyFile + " has " + forKey.keys.size() + " private keys: leave only the server's");
        }
        PrivateKey key = forKey.keys.getFirst();
        List<X509Certificate> chain = forCertificate.certificates;
        checkKey(keyFile, key);
        checkBelongs(certificateFile, keyFile, key, chain);
        checkOrder(certificateFile, chain);
        return KeyPairAndChain.of(key, chain);
    }

    /// What clients will object to at this time, one sentence each; empty when all is well.
    public static List<String> warnings(KeyPairAndChain pair, Instant now) {
        List<String> warnings = new ArrayList<>();
        for (X509Certificate certificate : pair.chain()) {
            String name = "certificate \"" + certificate.getSubjectX500Principal() + "\"";
            Instant notBefore = certificate.getNotBefore().toInstant();
            Instant notAfter = certificate.getNotAfter().toInstant();
            if (now.isAfter(notAfter)) {
                warnings.add(name + " expired on " + notAfter + ": clients refuse it until it is renewed");
            } else if (now.isBefore(notBefore)) {
                warnings.add(name + " is not valid before " + notBefore + ": clients refuse it until then");
            } else if (now.plus(WARN_BEFORE_EXPIRY).isAfter(notAfter)) {
                warnings.add(name + " expires on " + notAfter + ", in less than " + WARN_BEFORE_EXPIRY.toDays()
                        + " days: renew it");
            }
        }
        if (pair.dnsNames().isEmpty()) {
            warnings.add("certificate \"" + pair.certificate().getSubjectX500Principal()
                    + "\" names no DNS name in its subjectAltName extension: most clients refuse it whatever its CN");
        }
        return warnings;
    }

    private static Contents contents(Path file) throws CertificateFault {
        List<X509Certificate> certificates = new ArrayList<>();
        List<PrivateKey> keys = new ArrayList<>();
        int blocks = 0;
        try (PEMParser parser = new PEMParser(new StringReader(text(file)))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                blocks++;
                switch (block) {
                    case X509CertificateHolder holder ->
                        certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
                    case PrivateKeyInfo info -> keys.add(new JcaPEMKeyConverter().getPrivateKey(info));
                    case PEMKeyPair pair ->
                        keys.add(new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo()));
                    case PEMEncryptedKeyPair _ -> throw encrypted(file, "openssl pkey");
                    case PKCS8EncryptedPrivateKeyInfo _ -> throw encrypted(file, "openssl pkcs8");
                    default -> {
                        // EC PARAMETERS and the like, which openssl writes in front of a key.
                    }
                }
            }
        } catch (IOException | CertificateException | RuntimeException e) {
            // BouncyCastle reports damaged contents as IOException or as one of several runtime exceptions.
            throw new CertificateFault(Reason.MALFORMED,
                    file + " is damaged in or after PEM block " + (blocks + 1) + " (" + e.getMessage() + ")", e);
        }
        if (blocks == 0) {
            throw new CertificateFault(Reason.MALFORMED, file
                    + " is not a PEM file: it has no -----BEGIN ...----- line with its end; convert DER with openssl x509"
                    + " or openssl pkey, PKCS#12 with openssl pkcs12");
        }
        return new Contents(certificates, keys);
    }

    private static CertificateFault encrypted(Path file, String command) {
        return new CertificateFault(Reason.KEY_ENCRYPTED, "key " + file + " is encrypted with a password: decrypt it"
                + " with " + command + " -in " + file.getFileName() + " -out plain.key and protect it by its mode");
    }

    private static String text(Path file) throws CertificateFault {
        try {
            if (Files.isDirectory(file)) {
                throw new CertificateFault(Reason.FILE_MISSING, file + " is a folder: name the file in it");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CertificateFault(Reason.MALFORMED,
                        file + " is longer than " + FILE_BYTES_MAX + " bytes: it is no certificate or key");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new CertificateFault(Reason.FILE_MISSING, file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new CertificateFault(Reason.FILE_UNREADABLE,
                    file + " may not be read by this process: check its owner and mode", e);
        } catch (IOException e) {
            throw new CertificateFault(Reason.FILE_UNREADABLE, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void checkKey(Path file, PrivateKey key) throws CertificateFault {
        switch (key) {
            case RSAKey rsa when rsa.getModulus().bitLength() < RSA_BITS_MIN ->
                throw new CertificateFault(Reason.KEY_UNSUPPORTED, "key " + file + " is RSA with "
                        + rsa.getModulus().bitLength() + " bits: clients ask for " + RSA_BITS_MIN + " or more");
            case RSAKey _,ECKey _ -> {
                // The two kinds that every TLS client understands.
            }
            default -> throw new CertificateFault(Reason.KEY_UNSUPPORTED,
                    "key " + file + " is of kind " + key.getAlgorithm() + ": make an RSA or an EC (P-256) key");
        }
    }

    private static void checkBelongs(Path certificateFile, Path keyFile, PrivateKey key, List<X509Certificate> chain)
            throws CertificateFault {
        if (belong(key, chain.getFirst().getPublicKey())) {
            return;
        }
        for (X509Certificate other : chain.subList(1, chain.size())) {
            boolean isAuthority = other.getBasicConstraints() >= 0;
            if (!isAuthority && belong(key, other.getPublicKey())) {
                throw new CertificateFault(Reason.CHAIN_ORDER, "certificate " + certificateFile
                        + " is in the wrong order: \"" + other.getSubjectX500Principal()
                        + "\", to which the key belongs, comes first, then each certificate's issuer");
            }
        }
        throw new CertificateFault(Reason.KEY_MISMATCH, "key " + keyFile + " does not belong to certificate "
                + certificateFile + " (\"" + chain.getFirst().getSubjectX500Principal() + "\")");
    }

    private static void checkOrder(Path file, List<X509Certificate> chain) throws CertificateFault {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate issued = chain.get(i - 1);
            X509Certificate issuer = chain.get(i);
            if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                throw new CertificateFault(Reason.CHAIN_ORDER, "certificate " + file + ": number " + (i + 1) + " (\""
                        + issuer.getSubjectX500Principal() + "\") did not issue number " + i + " (\""
                        + issued.getSubjectX500Principal()
                        + "\"); put the server's certificate first, then each one's issuer");
            }
        }
    }

    /// Signs something and checks it, which needs no knowledge of what keys are made of.
    private static boolean belong(PrivateKey key, PublicKey publicKey) {
        if (!key.getAlgorithm().equals(publicKey.getAlgorithm())) {
            return false;
        }
        String algorithm = signatureAlgorithm(key);
        if (algorithm == null) {
            return false;
        }
        try {
            byte[] text = "belongs together".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // Two keys of different curves or sizes end here as well.
            return false;
        }
    }

    private static @Nullable String signatureAlgorithm(PrivateKey key) {
        return switch (key) {
            case RSAKey _ -> "SHA256withRSA";
            case ECKey _ -> "SHA256withECDSA";
            default -> null;
        };
    }
}
