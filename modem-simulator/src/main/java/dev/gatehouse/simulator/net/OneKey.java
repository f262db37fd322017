package dev.gatehouse.simulator.net;

import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/// The client's certificate with its key, shown to every server that asks.
final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END");
    /// Object identifiers with their tag and length: rsaEncryption with its NULL.
    private static final byte[] RSA = {0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D,
            0x01, 0x01, 0x01, 0x05, 0x00};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private final X509Certificate[] chain;
    private final PrivateKey key;

    private OneKey(List<X509Certificate> chain, PrivateKey key) {
        this.chain = chain.toArray(X509Certificate[]::new);
        this.key = key;
    }

    static OneKey read(TlsPlan.Identity identity) throws GeneralSecurityException {
        List<X509Certificate> chain = TlsClient.certificates(identity.certificate());
        return new OneKey(chain, key(identity.key(), chain.getFirst()));
    }

    private static PrivateKey key(String octets, X509Certificate certificate) throws GeneralSecurityException {
        byte[] der = octets.getBytes(StandardCharsets.ISO_8859_1);
        String kind = "PRIVATE KEY";
        Matcher pem = PEM.matcher(octets);
        if (pem.find()) {
            kind = pem.group(1);
            try {
                der = Base64.getMimeDecoder().decode(pem.group(2));
            } catch (IllegalArgumentException broken) {
                throw new InvalidKeyException("the key is no PEM", broken);
            }
        }
        byte[] pkcs8 = switch (kind) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> sequence(VERSION_0, RSA, tagged(0x04, der));
            case "EC PRIVATE KEY" -> sequence(VERSION_0, curveOf(certificate), tagged(0x04, der));
            default -> throw new InvalidKeyException("the modem cannot read a " + kind);
        };
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /// The algorithm and curve as the certificate's public key has them: the first element of its encoding.
    private static byte[] curveOf(X509Certificate certificate) throws InvalidKeyException {
        if (!(certificate.getPublicKey() instanceof ECPublicKey publicKey)) {
            throw new InvalidKeyException("the key and the certificate do not belong together");
        }
        byte[] encoded = publicKey.getEncoded();
        int header = encoded[1] >= 0 ? 2 : 2 + (encoded[1] & 0x7F);
        byte[] algorithm = new byte[2 + encoded[header + 1]];
        System.arraycopy(encoded, header, algorithm, 0, algorithm.length);
        return algorithm;
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return tagged(0x30, all.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            int lengthBytes = content.length < 0x100 ? 1 : 2;
            out.write(0x80 | lengthBytes);
            for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
                out.write(content.length >> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[]{ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
