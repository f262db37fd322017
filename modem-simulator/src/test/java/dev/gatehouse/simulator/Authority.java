package dev.gatehouse.simulator;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority that certifies whoever asks.
final class Authority {
    private final KeyPair keys = keys();
    private final X509Certificate certificate;
    private long serial = 1;

    /// @param key and the certificate for it
    record Identity(PrivateKey key, X509Certificate certificate) {
        /// As a file of the modem; SEC 1, as OpenSSL writes it.
        String keyFile() throws IOException {
            return pem(key);
        }

        String certificateFile() throws IOException {
            return pem(certificate);
        }
    }

    Authority() throws GeneralSecurityException, OperatorCreationException, IOException {
        certificate = signed("CN=authority", keys, true, Instant.now().minusSeconds(60), Instant.now().plusSeconds(
                3600));
    }

    String file() throws IOException {
        return pem(certificate);
    }

    Identity identity(String name) throws GeneralSecurityException, OperatorCreationException, IOException {
        return identity(name, Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600));
    }

    Identity identity(String name, Instant from, Instant until)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPair pair = keys();
        return new Identity(pair.getPrivate(), signed("CN=" + name, pair, false, from, until));
    }

    /// For a server with that identity.
    SSLContext server(Identity identity) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", identity.key(), new char[0], new Certificate[]{identity.certificate()});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(store, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate signed(String name, KeyPair pair, boolean authority, Instant from, Instant until)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(new X500Name("CN=authority"),
                BigInteger.valueOf(serial++), Date.from(from), Date.from(until), new X500Name(name),
                pair.getPublic());
        if (authority) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        }
        return new JcaX509CertificateConverter().getCertificate(
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static String pem(Object what) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(what);
        }
        return text.toString();
    }
}
