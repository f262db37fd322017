package dev.gatehouse.tests.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;

/// The client's side of SCRAM-SHA-256 (RFC 5802 §3, RFC 7677), from the JDK's primitives: another reading of the standard
/// than the broker's.
final class ScramClient {
    private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

    private final String user;
    private final String password;
    private byte[] expected = {};

    ScramClient(String user, String password) {
        this.user = user;
        this.password = password;
    }

    private String firstBare() {
        return "n=" + user + ",r=" + NONCE;
    }

    /// `client-first-message`.
    Bytes first() {
        return bytes("n,," + firstBare());
    }

    /// `client-final-message`, the answer to `server-first-message`.
    Bytes answer(@Nullable Bytes challenge) {
        String serverFirst = text(challenge);
        String[] parts = serverFirst.split(",");
        String nonce = parts[0].substring(2);
        if (!nonce.startsWith(NONCE) || nonce.length() == NONCE.length()) {
            throw new AssertionError("the nonce does not go on from the client's: " + serverFirst);
        }
        try {
            byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
            int iterations = Integer.parseInt(parts[2].substring(2));
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256)).getEncoded();
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            String withoutProof = "c=biws,r=" + nonce;
            String authMessage = firstBare() + "," + serverFirst + "," + withoutProof;
            byte[] proof = hmac(storedKey, authMessage);
            for (int at = 0; at < proof.length; at++) {
                proof[at] ^= clientKey[at];
            }
            expected = hmac(hmac(salted, "Server Key"), authMessage);
            return bytes(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    /// `server-final-message` as it has to be: the broker knows the user's keys too.
    Bytes verdict() {
        return bytes("v=" + Base64.getEncoder().encodeToString(expected));
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(@Nullable Bytes bytes) {
        if (bytes == null) {
            throw new AssertionError("no authentication data");
        }
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }
}
