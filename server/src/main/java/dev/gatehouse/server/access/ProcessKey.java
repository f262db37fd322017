package dev.gatehouse.server.access;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Secret;

/// A key that is drawn at start and never leaves the process: what is derived with it is worth nothing elsewhere.
public final class ProcessKey {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private ProcessKey(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /// Draws a key of 32 bytes.
    ///
    /// @param random unpredictable, as [java.security.SecureRandom] is; a seeded one only in a test
    public static ProcessKey draw(RandomGenerator random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new ProcessKey(key);
    }

    /// The form in which a plain password is kept in memory.
    public Credential keyed(Secret password) {
        return new Credential.Keyed(digest("password", "", "", password));
    }

    /// HMAC-SHA-256 over the fields, each with its length in front so that no two different lists give the same bytes.
    Bytes digest(String purpose, String first, String second, Secret secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            add(mac, Secret.of(purpose));
            add(mac, Secret.of(first));
            add(mac, Secret.of(second));
            add(mac, secret);
            return Bytes.takeOver(mac.doFinal());
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has " + ALGORITHM, missing);
        }
    }

    private static void add(Mac mac, Secret field) {
        byte[] bytes = field.reveal();
        mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        mac.update(bytes);
        Arrays.fill(bytes, (byte) 0);
    }
}
