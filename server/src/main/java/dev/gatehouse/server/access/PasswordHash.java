package dev.gatehouse.server.access;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

import dev.gatehouse.mqtt.Secret;

/// Password hashes as text: Argon2id for those made here, bcrypt too for those brought along.
///
/// - **Shape:** `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH` with unpadded Base64 (the PHC string format), or
///   `$2b$12$` and 53 characters (also `$2a$`, `$2y$`).
/// - **Limits:** a hash that would take more than 256 MiB, 16 passes or a bcrypt cost above 15 is refused when it is
///   configured, because every wrong password would cost as much.
/// - **Source:** RFC 9106; OWASP's password storage cheat sheet for the parameters.
public final class PasswordHash {
    private static final int MEMORY_KIBIBYTES = 19_456;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private static final int MEMORY_KIBIBYTES_MAX = 256 * 1024;
    private static final int PASSES_MAX = 16;
    private static final int LANES_MAX = 16;
    private static final int BCRYPT_COST_MAX = 15;

    private static final Pattern ARGON2 = Pattern
            .compile("\\$argon2id\\$v=(16|19)\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,171})");
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    private PasswordHash() {}

    /// Hashes a password with a fresh salt. Takes about as long as a verification: keep it off an event loop.
    ///
    /// @param random unpredictable
    public static String hash(Secret password, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Argon2 argon2 = new Argon2(19, MEMORY_KIBIBYTES, PASSES, LANES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIBIBYTES + ",t=" + PASSES + ",p=" + LANES + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(argon2.compute(password, salt, HASH_BYTES));
    }

    /// True if `hash` is the hash of this password.
    ///
    /// @throws IllegalArgumentException if [#check(String)] has an objection to the hash
    public static boolean verify(Secret password, String hash) {
        check(hash).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        Matcher argon2 = ARGON2.matcher(hash);
        if (argon2.matches()) {
            byte[] expected = Base64.getDecoder().decode(argon2.group(6));
            byte[] salt = Base64.getDecoder().decode(argon2.group(5));
            byte[] computed = Argon2.of(argon2).compute(password, salt, expected.length);
            return MessageDigest.isEqual(expected, computed);
        }
        byte[] bytes = password.reveal();
        try {
            return OpenBSDBCrypt.checkPassword(hash, bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// What is wrong with a hash, as the end of a sentence; nothing if it can be verified against.
    public static Optional<String> check(String hash) {
        Matcher argon2 = ARGON2.matcher(hash);
        if (argon2.matches()) {
            return Argon2.of(argon2).problem().or(() -> base64Problem(argon2));
        }
        Matcher bcrypt = BCRYPT.matcher(hash);
        if (bcrypt.matches()) {
            int cost = Integer.parseInt(bcrypt.group(1));
            return cost >= 4 && cost <= BCRYPT_COST_MAX
                    ? Optional.empty()
                    : Optional.of("must have a bcrypt cost from 4 to " + BCRYPT_COST_MAX + ", not " + cost);
        }
        return Optional.of("must be an Argon2id hash like '$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH' or a bcrypt hash "
                + "like '$2b$12$...' (60 characters)");
    }

    private static Optional<String> base64Problem(Matcher argon2) {
        try {
            Base64.getDecoder().decode(argon2.group(5));
            Base64.getDecoder().decode(argon2.group(6));
            return Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.of("must have a salt and a hash in unpadded Base64; one of them was cut off");
        }
    }

    private record Argon2(int version, int memoryKibibytes, int passes, int lanes) {
        static Argon2 of(Matcher match) {
            return new Argon2(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)),
                    Integer.parseInt(match.group(3)), Integer.parseInt(match.group(4)));
        }

        Optional<String> problem() {
            if (memoryKibibytes > MEMORY_KIBIBYTES_MAX || passes > PASSES_MAX || lanes > LANES_MAX) {
                return Optional.of("must not cost more than m=" + MEMORY_KIBIBYTES_MAX + ",t=" + PASSES_MAX + ",p="
                        + LANES_MAX);
            }
            if (passes < 1 || lanes < 1 || memoryKibibytes < 8 * lanes) {
                return Optional.of("must have t and p of at least 1 and m of at least 8 times p");
            }
            return Optional.empty();
        }

        byte[] compute(Secret password, byte[] salt, int hashBytes) {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(version)
                    .withMemoryAsKB(memoryKibibytes)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build());
            byte[] bytes = password.reveal();
            byte[] hash = new byte[hashBytes];
            generator.generateBytes(bytes, hash);
            Arrays.fill(bytes, (byte) 0);
            return hash;
        }
    }
}
