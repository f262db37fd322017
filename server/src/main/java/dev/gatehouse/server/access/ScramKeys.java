package dev.gatehouse.server.access;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Secret;

/// What a server has to keep of a password to verify it with SCRAM-SHA-256 without ever seeing it (RFC 5802 §3).
///
/// Whoever steals these can try passwords against them, at `iterations` hashes each: cheaper than against an Argon2id
/// hash, because the client, which may be a small device, has to do the same work. He cannot log in with them.
///
/// - **Shape as text:** `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY` in Base64, as others write it too.
///
/// @param salt 1 to 64 bytes
/// @param iterations at least [#ITERATIONS_MIN]
/// @param storedKey 32 bytes
/// @param serverKey 32 bytes
public record ScramKeys(Bytes salt, int iterations, Bytes storedKey, Bytes serverKey) {
    /// The name of the method, as it stands in CONNECT.
    public static final String METHOD = "SCRAM-SHA-256";
    /// RFC 7677 §4.
    public static final int ITERATIONS_MIN = 4_096;

    private static final int SALT_BYTES = 16;

    /// Derives the keys; takes as long as `iterations` times two hashes: keep it off an event loop.
    ///
    /// @param random unpredictable
    public static ScramKeys of(Secret password, int iterations, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] bytes = password.reveal();
        try {
            ScramFormatter formatter = new ScramFormatter(ScramMechanism.SCRAM_SHA_256);
            ScramCredential made = formatter.generateCredential(salt, formatter.hi(bytes, salt, iterations),
                    iterations);
            return new ScramKeys(Bytes.takeOver(salt), iterations, Bytes.copyOf(made.storedKey()),
                    Bytes.copyOf(made.serverKey()));
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has HmacSHA256", missing);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// Reads what [#text()] wrote.
    ///
    /// @throws IllegalArgumentException for anything else
    static ScramKeys parse(String text) {
        String[] parts = text.split("[$:]");
        if (parts.length != 5 || !parts[0].equals(METHOD)) {
            throw new IllegalArgumentException("not " + METHOD + "$ITERATIONS:SALT$STOREDKEY:SERVERKEY");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new ScramKeys(Bytes.takeOver(base64.decode(parts[2])), Integer.parseInt(parts[1]),
                Bytes.takeOver(base64.decode(parts[3])), Bytes.takeOver(base64.decode(parts[4])));
    }

    /// For the registry only.
    String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return METHOD + "$" + iterations + ":" + base64.encodeToString(salt.shared()) + "$"
                + base64.encodeToString(storedKey.shared()) + ":" + base64.encodeToString(serverKey.shared());
    }

    ScramCredential credential() {
        return new ScramCredential(salt.toArray(), storedKey.toArray(), serverKey.toArray(), iterations);
    }

    @Override
    public String toString() {
        return "***";
    }
}
