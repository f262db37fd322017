package dev.gatehouse.server.access;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Iterator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Secret;

/// Verifies users by SCRAM-SHA-256. The server's side of an exchange takes a few hashes: any thread may do it.
///
/// A stranger learns nothing: for a user that is not there, or has no keys, the exchange goes on with a salt that is
/// always the same for this name, and keys that nobody has the password of, and fails at its end like a wrong password.
public final class ScramAuthenticator {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SALT_BYTES = 16;
    private static final int LOOKS_MAX = 64;

    private final TenantDirectory directory;
    private final SecretKeySpec secret;
    private final int iterations;

    /// @param secret 32 bytes that survive restarts, since a salt that changes would tell that a user is not there
    /// @param iterations of users that are not there; 0: the method is not offered
    public ScramAuthenticator(TenantDirectory directory, byte[] secret, int iterations) {
        this.directory = directory;
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        this.iterations = iterations;
    }

    /// Whether this method is offered.
    public boolean offers(String method) {
        return iterations > 0 && method.equals(ScramKeys.METHOD);
    }

    /// Begins an exchange.
    ///
    /// @param tenant null when none could be told: then it fails at its end
    /// @param as the only user that may come out of it; null: any
    public ScramExchange begin(@Nullable TenantEntry tenant, @Nullable String as) {
        return new ScramExchange(this, tenant == null ? "" : tenant.name(), as);
    }

    @Nullable
    UserEntry user(String tenant, String name) {
        TenantEntry entry = directory.byName(tenant);
        return entry == null ? null : entry.users().get(name);
    }

    /// Keys for a user that has none.
    ScramKeys standIn(String tenant, String name) {
        byte[] salt = Arrays.copyOf(digest("salt", tenant, name), SALT_BYTES);
        return new ScramKeys(Bytes.takeOver(salt), iterationsIn(tenant),
                Bytes.takeOver(digest("stored", tenant, name)), Bytes.takeOver(digest("server", tenant, name)));
    }

    /// As many as users have who are there; a look at a few is enough, and anybody can ask for it.
    private int iterationsIn(String tenant) {
        TenantEntry entry = directory.byName(tenant);
        int most = 0;
        if (entry != null) {
            Iterator<UserEntry> users = entry.users().values().iterator();
            for (int look = 0; look < LOOKS_MAX && users.hasNext(); look++) {
                ScramKeys keys = users.next().scram();
                most = Math.max(most, keys == null ? 0 : keys.iterations());
            }
        }
        return most == 0 ? Math.max(iterations, ScramKeys.ITERATIONS_MIN) : most;
    }

    private byte[] digest(String purpose, String tenant, String name) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(Secret.of(purpose + "\0" + tenant + "\0" + name).reveal()); // no name has a U+0000
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new AssertionError("every Java platform has " + ALGORITHM, missing);
        }
    }
}
