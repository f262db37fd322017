package dev.gatehouse.server.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.Decision.Accepted;
import dev.gatehouse.server.access.Decision.How;
import dev.gatehouse.server.access.Decision.Refused;
import dev.gatehouse.server.access.Decision.Why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(20)
class AuthenticatorTest {
    private static final Permissions SOME = Permissions.of(List.of("a"), List.of("b"));

    private final ProcessKey key = ProcessKey.draw(new SplittableRandom(5));
    private final TenantEntry acme = tenant("acme", false, hashed("eric"), hashed("anna"));
    private final TenantEntry globex = tenant("globex", false, hashed("peter"), keyed("plain"));
    private final TenantEntry open = tenant("open", true);
    private final TenantEntry half = tenant("half", true, hashed("eric"));
    private final TenantDirectory directory = new TenantDirectory("mq.test", List.of(acme, globex, open, half),
            new MemoryStore(), new SplittableRandom(6), 4_096);
    private final AtomicLong nowMicros = new AtomicLong(1_000_000_000);
    /// The hashes that were computed, in order; a computation needs a permit and says when it has begun.
    private final List<String> computed = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0);
    private final Semaphore begun = new Semaphore(0);
    private Authenticator authenticator = authenticator(2, 100, 600);

    private static TenantEntry tenant(String name, boolean anonymous, UserEntry... users) {
        Map<String, UserEntry> byName = new HashMap<>();
        for (UserEntry user : users) {
            byName.put(user.name(), user);
        }
        return new TenantEntry(name, anonymous, List.of(), byName, new Origin.BuiltIn());
    }

    private static UserEntry hashed(String name) {
        return new UserEntry(name, new Credential.Hashed("hash of right for " + name), SOME, new Origin.BuiltIn());
    }

    private UserEntry keyed(String name) {
        return new UserEntry(name, key.keyed(Secret.of("right")), SOME, new Origin.BuiltIn());
    }

    private Authenticator authenticator(int threads, int queueMax, int cacheSeconds) {
        return new Authenticator(directory, key, new Authenticator.Limits(threads, queueMax, cacheSeconds, 100),
                this::verify, nowMicros::get);
    }

    private boolean verify(Secret password, String hash) {
        computed.add(hash);
        begun.release();
        permits.acquireUninterruptibly();
        if (password.equals(Secret.of("explode"))) {
            throw new IllegalStateException("exploded");
        }
        return hash.startsWith("$")
                ? PasswordHash.verify(password, hash)
                : hash.startsWith("hash of " + new String(password.reveal(), StandardCharsets.UTF_8) + " ");
    }

    @AfterEach
    void stop() {
        permits.release(1_000_000);
        authenticator.close();
    }

    private CompletionStage<Decision> ask(@Nullable TenantEntry tenant, @Nullable String user,
            @Nullable String password) {
        return authenticator.authenticate(tenant, user, password == null ? null : Secret.of(password));
    }

    private static Decision decided(CompletionStage<Decision> stage) throws Exception {
        return stage.toCompletableFuture().get(15, TimeUnit.SECONDS);
    }

    private static boolean isDecided(CompletionStage<Decision> stage) {
        return stage.toCompletableFuture().isDone();
    }

    private static Decision accepted(How how) {
        return new Accepted(how, how == How.ANONYMOUS ? Permissions.ALL : SOME);
    }

    @Test
    void credentials_are_asked_for_as_the_tenant_says() throws Exception {
        assertThat(decided(ask(open, null, null))).isEqualTo(accepted(How.ANONYMOUS));
        assertThat(decided(ask(open, "who", "ever"))).as("ignored without users").isEqualTo(accepted(How.ANONYMOUS));
        assertThat(decided(ask(open, "who", null))).isEqualTo(accepted(How.ANONYMOUS));
        assertThat(decided(ask(half, null, null))).isEqualTo(accepted(How.ANONYMOUS));
        assertThat(decided(ask(half, "eric", null))).isEqualTo(new Refused(Why.NO_CREDENTIALS));
        assertThat(decided(ask(acme, null, null))).isEqualTo(new Refused(Why.ANONYMOUS_NOT_ALLOWED));
        assertThat(decided(ask(acme, null, "right"))).isEqualTo(new Refused(Why.NO_CREDENTIALS));
        assertThat(decided(ask(null, null, null))).isEqualTo(new Refused(Why.ANONYMOUS_NOT_ALLOWED));
        assertThat(computed).isEmpty();
        permits.release(100);
        assertThat(decided(ask(half, "eric", "wrong"))).as("checked with users")
                .isEqualTo(new Refused(Why.WRONG_PASSWORD));
        assertThat(decided(ask(half, "eric", "right"))).isEqualTo(accepted(How.PASSWORD));
    }

    @Test
    void whoever_is_refused_is_refused_for_a_reason_the_trail_can_tell() throws Exception {
        permits.release(100);
        assertThat(decided(ask(acme, "eric", "right"))).isEqualTo(accepted(How.PASSWORD));
        assertThat(decided(ask(acme, "eric", "wrong"))).isEqualTo(new Refused(Why.WRONG_PASSWORD));
        assertThat(decided(ask(acme, "nobody", "right"))).isEqualTo(new Refused(Why.UNKNOWN_USER));
        assertThat(decided(ask(acme, "peter", "right"))).isEqualTo(new Refused(Why.USER_OF_OTHER_TENANT));
        assertThat(decided(ask(null, "peter", "right"))).isEqualTo(new Refused(Why.USER_OF_OTHER_TENANT));
        assertThat(decided(ask(null, "nobody", "right"))).isEqualTo(new Refused(Why.UNKNOWN_USER));
    }

    @Test
    void every_refusal_costs_one_computation_whether_there_is_such_a_user_or_tenant_or_not() throws Exception {
        permits.release(100);
        decided(ask(acme, "eric", "wrong"));
        assertThat(computed).containsExactly("hash of right for eric");
        decided(ask(acme, "nobody", "wrong"));
        assertThat(computed).hasSize(2);
        assertThat(computed.get(1)).as("of the same kind as a real user's").startsWith("hash of right for");
        decided(ask(acme, "nobody", "wrong too"));
        assertThat(computed.get(2)).as("the same one for the same name").isEqualTo(computed.get(1));
        decided(ask(null, "eric", "wrong"));
        assertThat(computed.get(3)).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        decided(ask(globex, "plain", "wrong"));
        assertThat(computed.get(4)).as("a plain password in the file").startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(computed).hasSize(5);
        assertThat(PasswordHash.check(computed.get(4))).isEmpty();
    }

    @Test
    void the_stand_in_for_an_unknown_user_never_lets_it_in() throws Exception {
        permits.release(100);
        for (int i = 0; i < 20; i++) {
            assertThat(decided(ask(acme, "nobody" + i, "right"))).isEqualTo(new Refused(Why.UNKNOWN_USER));
        }
    }

    @Test
    void a_plain_password_of_the_file_is_verified_at_once() {
        CompletionStage<Decision> stage = ask(globex, "plain", "right");
        assertThat(stage).isCompletedWithValue(accepted(How.PASSWORD));
        assertThat(computed).isEmpty();
    }

    @Test
    void a_thousand_logins_at_once_with_the_same_credentials_cost_one_computation() throws Exception {
        List<Future<CompletionStage<Decision>>> asked = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch together = new CountDownLatch(1);
            for (int i = 0; i < 1000; i++) {
                asked.add(clients.submit(() -> {
                    together.await();
                    return ask(acme, "eric", "right");
                }));
            }
            together.countDown();
        }
        permits.release(1000);
        for (Future<CompletionStage<Decision>> stage : asked) {
            assertThat(decided(stage.get())).isEqualTo(accepted(How.PASSWORD));
        }
        assertThat(computed).hasSize(1);
        assertThat(ask(acme, "eric", "right")).isCompletedWithValue(accepted(How.CACHE));
    }

    @Test
    void a_verified_password_is_remembered_for_as_long_as_is_configured() throws Exception {
        permits.release(100);
        decided(ask(acme, "eric", "right"));
        nowMicros.addAndGet(600_000_000 - 1);
        assertThat(ask(acme, "eric", "right")).isCompletedWithValue(accepted(How.CACHE));
        nowMicros.addAndGet(1);
        assertThat(decided(ask(acme, "eric", "right"))).isEqualTo(accepted(How.PASSWORD));
        assertThat(computed).hasSize(2);
    }

    @Test
    void nothing_is_remembered_where_that_is_configured() throws Exception {
        authenticator.close();
        authenticator = authenticator(1, 10, 0);
        permits.release(100);
        decided(ask(acme, "eric", "right"));
        assertThat(decided(ask(acme, "eric", "right"))).isEqualTo(accepted(How.PASSWORD));
        assertThat(computed).hasSize(2);
    }

    @Test
    void a_wrong_password_is_remembered_for_ten_seconds() throws Exception {
        permits.release(100);
        for (String user : List.of("eric", "nobody")) {
            computed.clear();
            Decision first = decided(ask(acme, user, "wrong"));
            nowMicros.addAndGet(10_000_000 - 1);
            assertThat(ask(acme, user, "wrong")).isCompletedWithValue(first);
            assertThat(computed).hasSize(1);
            nowMicros.addAndGet(1);
            decided(ask(acme, user, "wrong"));
            assertThat(computed).hasSize(2);
        }
    }

    @Test
    void a_changed_password_counts_at_once() throws Exception {
        permits.release(100);
        directory.addUser("acme", "otto", Secret.of("old"), List.of("a"), List.of("b"));
        assertThat(decided(ask(acme, "otto", "old"))).isEqualTo(accepted(How.PASSWORD));
        assertThat(decided(ask(acme, "otto", "new"))).isEqualTo(new Refused(Why.WRONG_PASSWORD));

        directory.changePassword("acme", "otto", Secret.of("new"));
        assertThat(decided(ask(acme, "otto", "new"))).isEqualTo(accepted(How.PASSWORD));
        assertThat(decided(ask(acme, "otto", "old"))).isEqualTo(new Refused(Why.WRONG_PASSWORD));

        directory.removeUser("acme", "otto");
        assertThat(decided(ask(acme, "otto", "new"))).isEqualTo(new Refused(Why.UNKNOWN_USER));
    }

    @Test
    void a_password_that_is_changed_while_it_is_verified_does_not_count() throws Exception {
        directory.addUser("acme", "otto", Secret.of("old"), List.of("a"), List.of("b"));
        CompletionStage<Decision> stage = ask(acme, "otto", "old");
        begun.acquire();
        directory.changePassword("acme", "otto", Secret.of("new"));
        permits.release(100);
        assertThat(decided(stage)).isEqualTo(new Refused(Why.WRONG_PASSWORD));
    }

    @Test
    void a_tenant_that_was_removed_since_the_handshake_lets_nobody_in() throws Exception {
        permits.release(100);
        TenantEntry gone = directory.addTenant("gone", true, List.of());
        assertThat(decided(ask(gone, null, null))).isEqualTo(accepted(How.ANONYMOUS));
        directory.removeTenant("gone");
        assertThat(decided(ask(gone, null, null))).isEqualTo(new Refused(Why.ANONYMOUS_NOT_ALLOWED));
        assertThat(decided(ask(gone, "who", "ever"))).isEqualTo(new Refused(Why.UNKNOWN_USER));
    }

    @Test
    void a_storm_in_one_tenant_does_not_keep_another_waiting() throws Exception {
        authenticator.close();
        authenticator = authenticator(1, 100, 600);
        List<CompletionStage<Decision>> storm = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            storm.add(ask(acme, "eric", "guess " + i));
        }
        begun.acquire();
        CompletionStage<Decision> other = ask(globex, "peter", "right");
        permits.release(3); // the one that has begun, at most one more of the storm, then the other tenant's

        assertThat(decided(other)).isEqualTo(accepted(How.PASSWORD));
        assertThat(storm.stream().filter(AuthenticatorTest::isDecided)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void when_the_queue_is_full_the_tenant_with_the_most_waiting_gives_way() throws Exception {
        authenticator.close();
        authenticator = authenticator(1, 4, 600);
        CompletionStage<Decision> computing = ask(acme, "eric", "guess");
        begun.acquire();
        List<CompletionStage<Decision>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(ask(acme, "eric", "guess " + i));
        }
        assertThat(ask(acme, "anna", "right")).as("its own tenant has the most")
                .isCompletedWithValue(new Refused(Why.OVERLOADED));
        assertThat(waiting).noneMatch(AuthenticatorTest::isDecided);

        CompletionStage<Decision> other = ask(globex, "peter", "right");
        assertThat(waiting.get(3)).as("the newest of the storm").isCompletedWithValue(new Refused(Why.OVERLOADED));
        permits.release(100);
        assertThat(decided(other)).isEqualTo(accepted(How.PASSWORD));
        assertThat(decided(computing)).isEqualTo(new Refused(Why.WRONG_PASSWORD));
        assertThat(decided(waiting.get(2))).isEqualTo(new Refused(Why.WRONG_PASSWORD));
        assertThat(decided(ask(acme, "eric", "guess 3"))).as("was not remembered as overloaded")
                .isEqualTo(new Refused(Why.WRONG_PASSWORD));
    }

    @Test
    void what_waits_when_the_server_stops_is_answered() {
        CompletionStage<Decision> waiting = ask(acme, "eric", "right");
        authenticator.close();
        assertThat(waiting).isCompletedWithValue(new Refused(Why.OVERLOADED));
        assertThat(ask(acme, "anna", "right")).isCompletedWithValue(new Refused(Why.OVERLOADED));
    }

    @Test
    void a_bug_in_a_verification_is_told_and_the_next_one_goes_on() throws Exception {
        authenticator.close();
        authenticator = authenticator(1, 10, 600);
        permits.release(100);
        CompletionStage<Decision> broken = ask(acme, "eric", "explode");
        assertThatThrownBy(() -> decided(broken)).isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("exploded");
        assertThat(decided(ask(acme, "eric", "right"))).isEqualTo(accepted(How.PASSWORD));
    }
}
