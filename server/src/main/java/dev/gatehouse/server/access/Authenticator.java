package dev.gatehouse.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.Decision.Accepted;
import dev.gatehouse.server.access.Decision.How;
import dev.gatehouse.server.access.Decision.Refused;
import dev.gatehouse.server.access.Decision.Why;

/// Decides who is let in, without making an event loop wait for a password hash.
///
/// - **Threads:** called from any; hashes are computed on threads of its own, through a [FairQueue] whose owners are
///   the tenants. The stage completes on one of those, or is complete already when no hash is needed.
/// - **Storms:** the same credentials, asked for while they are being verified, wait for that one verification; a
///   verified password is remembered for the time that is configured, a wrong one for ten seconds.
/// - **Timing:** what is refused has cost one computation, or was remembered as wrong, whether there is such a tenant
///   or user or not. For an unknown user it is that of one of the tenant's users, always the same one for a name.
/// - **Errors:** [Why#OVERLOADED] when the queue is full, and after [#close()].
public final class Authenticator implements AutoCloseable {
    private static final long WRONG_LIFE_MICROS = 10_000_000;
    private static final int WRONG_ENTRIES_MAX = 10_000;
    private static final Object NOBODY = "nobody";

    /// What every wrong password costs at least: no password has this hash.
    private static final String DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLWR1bW15IQ$"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    /// Compares a password with a hash; slow.
    @FunctionalInterface
    public interface Verifier {
        /// True if it is the hash of the password.
        boolean matches(Secret password, String hash);
    }

    /// How much may be going on.
    ///
    /// @param threads that compute hashes
    /// @param queueMax computations that wait for a thread
    /// @param cacheSeconds for how long a verified password is remembered; 0 for not at all
    /// @param cacheEntriesMax verified passwords that are remembered
    public record Limits(int threads, int queueMax, int cacheSeconds, int cacheEntriesMax) {}

    /// One verification, for all that ask for it at the same time.
    ///
    /// @param key of the credentials, in the caches
    private record Question(Bytes key, String tenant, String user, Secret password,
            CompletableFuture<Decision> answer) {}

    private final TenantDirectory directory;
    private final ProcessKey processKey;
    private final Verifier verifier;
    private final LongSupplier nowMicros;
    private final FairQueue<Question> queue;
    private final VerifiedCache<Boolean> right;
    private final VerifiedCache<Why> wrong = new VerifiedCache<>(WRONG_ENTRIES_MAX, WRONG_LIFE_MICROS);
    private final Map<Bytes, Question> open = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    /// Starts the threads.
    ///
    /// @param verifier [PasswordHash#verify(Secret, String)]; one that counts in a test
    /// @param nowMicros a clock that does not go back
    public Authenticator(TenantDirectory directory, ProcessKey processKey, Limits limits, Verifier verifier,
            LongSupplier nowMicros) {
        this.directory = directory;
        this.processKey = processKey;
        this.verifier = verifier;
        this.nowMicros = nowMicros;
        queue = new FairQueue<>(limits.queueMax());
        right = new VerifiedCache<>(limits.cacheEntriesMax(), limits.cacheSeconds() * 1_000_000L);
        for (int i = 0; i < limits.threads(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("passwords-" + i).start(this::work));
        }
    }

    /// Decides about one CONNECT.
    ///
    /// @param tenant null when none could be told: then everything is refused, at the usual cost
    /// @param user null when CONNECT has none; without `@tenant` where that was used to find the tenant
    /// @param password null when CONNECT has none
    public CompletionStage<Decision> authenticate(@Nullable TenantEntry tenant, @Nullable String user,
            @Nullable Secret password) {
        // The directory is asked again: since the handshake the tenant may have been removed or a password changed.
        TenantEntry current = tenant == null ? null : directory.byName(tenant.name());
        boolean presented = user != null || password != null;
        if (current != null && current.anonymous() && (!presented || current.users().isEmpty())) {
            return CompletableFuture.completedStage(new Accepted(How.ANONYMOUS, Permissions.ALL));
        }
        if (!presented) {
            return refused(Why.ANONYMOUS_NOT_ALLOWED);
        }
        if (user == null || password == null) {
            return refused(Why.NO_CREDENTIALS);
        }
        return verify(current, user, password);
    }

    private CompletionStage<Decision> verify(@Nullable TenantEntry tenant, String user, Secret password) {
        String tenantName = tenant == null ? "" : tenant.name();
        UserEntry entry = tenant == null ? null : tenant.users().get(user);
        Bytes key = processKey.digest("login", tenantName, user, password);
        long now = nowMicros.getAsLong();
        if (entry != null && right.find(key, entry.credential(), now).isPresent()) {
            return CompletableFuture.completedStage(new Accepted(How.CACHE, entry.permissions()));
        }
        if (entry != null && isKeyedMatch(entry, password)) {
            return CompletableFuture.completedStage(new Accepted(How.PASSWORD, entry.permissions()));
        }
        Why known = wrong.find(key, against(entry), now).orElse(null);
        return known == null
                ? ask(new Question(key, tenantName, user, password, new CompletableFuture<>()))
                : refused(known);
    }

    private CompletionStage<Decision> ask(Question question) {
        Question asked = open.putIfAbsent(question.key(), question);
        if (asked != null) {
            return asked.answer().minimalCompletionStage();
        }
        queue.add(question.tenant(), question).ifPresent(displaced -> answer(displaced, new Refused(Why.OVERLOADED)));
        return question.answer().minimalCompletionStage();
    }

    private void answer(Question question, Decision decision) {
        open.remove(question.key(), question);
        question.answer().complete(decision);
    }

    private void work() {
        try {
            for (var next = queue.take(); next.isPresent(); next = queue.take()) {
                Question question = next.get();
                try {
                    answer(question, decide(question));
                } catch (RuntimeException | Error bug) { // this thread serves everybody: it must outlive one bad case
                    open.remove(question.key(), question);
                    question.answer().completeExceptionally(bug);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Decision decide(Question question) {
        UserEntry before = user(question);
        boolean matches = verifier.matches(question.password(), hashToCompute(question, before))
                && before != null && before.credential() instanceof Credential.Hashed;
        UserEntry after = user(question);
        boolean changed = !against(before).equals(against(after));
        long now = nowMicros.getAsLong();
        if (matches && !changed && after != null) {
            right.remember(question.key(), after.credential(), true, now);
            return new Accepted(How.PASSWORD, after.permissions());
        }
        Why why = after != null
                ? Why.WRONG_PASSWORD
                : directory.isUserAnywhere(question.user()) ? Why.USER_OF_OTHER_TENANT : Why.UNKNOWN_USER;
        if (!changed) {
            wrong.remember(question.key(), against(after), why, now);
        }
        return new Refused(why);
    }

    private @Nullable UserEntry user(Question question) {
        TenantEntry tenant = directory.byName(question.tenant());
        return tenant == null ? null : tenant.users().get(question.user());
    }

    /// The user's own hash; for a user that is not there, the one of a user that is.
    private String hashToCompute(Question question, @Nullable UserEntry entry) {
        UserEntry standIn = entry != null ? entry : standIn(question);
        return standIn != null && standIn.credential() instanceof Credential.Hashed(String hash) ? hash : DUMMY;
    }

    private @Nullable UserEntry standIn(Question question) {
        TenantEntry tenant = directory.byName(question.tenant());
        if (tenant == null || tenant.users().isEmpty()) {
            return null;
        }
        byte[] digest = processKey.digest("stand-in", question.tenant(), question.user(), Secret.of("")).shared();
        int index = Math.floorMod((digest[0] & 0xFF) << 16 | (digest[1] & 0xFF) << 8 | (digest[2] & 0xFF),
                tenant.users().size());
        return tenant.users().values().stream().skip(index).findFirst().orElseThrow();
    }

    private boolean isKeyedMatch(UserEntry entry, Secret password) {
        return entry.credential() instanceof Credential.Keyed keyed && keyed.equals(processKey.keyed(password));
    }

    private static Object against(@Nullable UserEntry entry) {
        return entry == null ? NOBODY : entry.credential();
    }

    private static CompletionStage<Decision> refused(Why why) {
        return CompletableFuture.completedStage(new Refused(why));
    }

    /// Stops the threads; what still waits is refused as overloaded.
    @Override
    public void close() {
        queue.close();
        threads.forEach(Thread::interrupt);
        open.values().forEach(question -> answer(question, new Refused(Why.OVERLOADED)));
    }
}
