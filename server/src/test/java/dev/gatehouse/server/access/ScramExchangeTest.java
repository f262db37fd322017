package dev.gatehouse.server.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.ScramExchange.Step;
import dev.gatehouse.server.access.ScramExchange.Why;

import static org.assertj.core.api.Assertions.assertThat;

/// The server's side against a client by others.
class ScramExchangeTest {
    private static final Origin LINE = new Origin.BuiltIn();
    private static final byte[] SECRET = new byte[32];

    private final UserEntry eric = new UserEntry("eric", new Credential.Hashed("x"),
            ScramKeys.of(Secret.of("right"), 4_096, new Random(1)), Permissions.ALL, LINE);
    private final UserEntry before = new UserEntry("before", new Credential.Hashed("x"), Permissions.ALL, LINE);
    private final TenantEntry acme = new TenantEntry("acme", false, List.of(), Map.of("eric", eric, "before", before),
            LINE);
    private final TenantDirectory directory = new TenantDirectory("mq.test", List.of(acme), new MemoryStore(),
            new Random(2), 4_096);
    private final ScramAuthenticator authenticator = new ScramAuthenticator(directory, SECRET, 4_096);

    private static ScramClient client(String user, String password) {
        return ScramClient.builder().advertisedMechanisms(List.of(ScramKeys.METHOD)).username(user)
                .password(password.toCharArray()).stringPreparation(StringPreparation.POSTGRESQL_PREPARATION).build();
    }

    private static Bytes bytes(String text) {
        return Bytes.takeOver(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }

    private static Step.Challenge challenge(ScramExchange exchange, ScramClient client) {
        return (Step.Challenge) exchange.next(bytes(client.clientFirstMessage().toString()));
    }

    /// The whole exchange.
    private Step login(String user, String password, @Nullable TenantEntry tenant, @Nullable String as)
            throws Exception {
        ScramExchange exchange = authenticator.begin(tenant, as);
        ScramClient client = client(user, password);
        client.serverFirstMessage(text(challenge(exchange, client).data()));
        Step last = exchange.next(bytes(client.clientFinalMessage().toString()));
        if (last instanceof Step.Accepted accepted) {
            client.serverFinalMessage(text(accepted.data())); // throws unless the server knows the keys
        }
        return last;
    }

    @Test
    void the_right_password_is_accepted_and_the_server_proves_itself() throws Exception {
        assertThat(login("eric", "right", acme, null)).isInstanceOfSatisfying(Step.Accepted.class,
                accepted -> assertThat(accepted.user()).isEqualTo(eric));
        assertThat(login("eric", "right", acme, "eric")).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void whatever_is_wrong_fails_at_the_end_and_the_trail_knows_why() throws Exception {
        assertThat(login("eric", "wrong", acme, null)).isEqualTo(new Step.Refused(Why.WRONG_PASSWORD, "eric"));
        assertThat(login("nobody", "right", acme, null)).isEqualTo(new Step.Refused(Why.UNKNOWN_USER, "nobody"));
        assertThat(login("before", "right", acme, null)).isEqualTo(new Step.Refused(Why.NO_KEYS, "before"));
        assertThat(login("eric", "right", null, null)).isEqualTo(new Step.Refused(Why.UNKNOWN_USER, "eric"));
        assertThat(login("eric", "right", acme, "anna")).isEqualTo(new Step.Refused(Why.OTHER_USER, "eric"));
    }

    /// Salt and iterations as a client sees them.
    private String seen(String user) {
        ScramClient client = client(user, "x");
        Matcher challenge = Pattern.compile("r=[^,]+,s=([^,]+),i=(\\d+)")
                .matcher(text(challenge(authenticator.begin(acme, null), client).data()));
        assertThat(challenge.matches()).isTrue();
        return Base64.getDecoder().decode(challenge.group(1)).length + " " + challenge.group(2) + " "
                + challenge.group(1);
    }

    @Test
    void a_user_that_is_not_there_looks_like_one_that_is() {
        String length = seen("eric").substring(0, 8);
        assertThat(length).isEqualTo("16 4096 ");
        for (String user : List.of("nobody", "before", "someone")) {
            assertThat(seen(user)).startsWith(length).isEqualTo(seen(user)).isNotEqualTo(seen("eric"));
        }
        assertThat(seen("nobody")).isNotEqualTo(seen("someone"));
    }

    @Test
    void what_is_not_scram_is_malformed_at_any_point() {
        for (String first : List.of("", "hello", "n,,n=eric", "n,,r=abc", "p=tls-unique,,n=eric,r=abc",
                "n,a=anna,n=eric,r=abcdef", "n,,n=eric,r=abcdef,tokenauth=true")) {
            assertThat(authenticator.begin(acme, null).next(bytes(first))).as(first)
                    .isInstanceOfSatisfying(Step.Refused.class,
                            refused -> assertThat(refused.why()).isEqualTo(Why.MALFORMED));
        }
        for (String last : List.of("", "hello", "c=biws,r=other,p=AAAA", "c=biws,r=abcdef,p=%%%")) {
            ScramExchange exchange = authenticator.begin(acme, null);
            exchange.next(bytes("n,,n=eric,r=abcdef"));
            assertThat(exchange.next(bytes(last))).as(last).isInstanceOfSatisfying(Step.Refused.class,
                    refused -> assertThat(refused.why()).isEqualTo(Why.MALFORMED));
        }
    }

    @Test
    void a_proof_is_good_for_one_exchange_only() throws Exception {
        ScramExchange exchange = authenticator.begin(acme, null);
        ScramClient client = client("eric", "right");
        Bytes first = bytes(client.clientFirstMessage().toString());
        client.serverFirstMessage(text(((Step.Challenge) exchange.next(first)).data()));
        Bytes proof = bytes(client.clientFinalMessage().toString());
        assertThat(exchange.next(proof)).isInstanceOf(Step.Accepted.class);
        ScramExchange second = authenticator.begin(acme, null);
        assertThat(second.next(first)).isInstanceOf(Step.Challenge.class);
        assertThat(second.next(proof)).isInstanceOf(Step.Refused.class);
    }

    @Test
    void a_password_that_changes_within_the_exchange_does_not_count_any_more() throws Exception {
        directory.addUser("acme", "anna", Secret.of("old"), List.of("#"), List.of("#"));
        ScramExchange exchange = authenticator.begin(acme, null);
        ScramClient client = client("anna", "old");
        client.serverFirstMessage(text(challenge(exchange, client).data()));
        directory.changePassword("acme", "anna", Secret.of("new"));
        assertThat(exchange.next(bytes(client.clientFinalMessage().toString())))
                .isEqualTo(new Step.Refused(Why.WRONG_PASSWORD, "anna"));
        assertThat(login("anna", "new", acme, null)).isInstanceOf(Step.Accepted.class);
    }

    @Test
    void keys_survive_a_restart_beside_the_hash_and_users_from_before_have_none() throws Exception {
        MemoryStore store = new MemoryStore();
        TenantDirectory first = new TenantDirectory("mq.test", List.of(acme), store, new Random(3), 5_000);
        first.addUser("acme", "anna", Secret.of("secret"), List.of("#"), List.of("#"));
        TenantDirectory off = new TenantDirectory("mq.test", List.of(acme), store, new Random(4), 0);
        off.addUser("acme", "late", Secret.of("secret"), List.of("#"), List.of("#"));
        TenantDirectory second = new TenantDirectory("mq.test", List.of(acme), store, new Random(5), 4_096);
        TenantEntry entry = Objects.requireNonNull(second.byName("acme"));
        ScramKeys keys = Objects.requireNonNull(
                Objects.requireNonNull(entry.users().get("anna")).scram());
        assertThat(keys.iterations()).isEqualTo(5_000);
        assertThat(ScramKeys.parse(keys.text())).isEqualTo(keys);
        assertThat(keys).hasToString("***");
        assertThat(Objects.requireNonNull(entry.users().get("late")).scram()).isNull();
        assertThat(new ScramAuthenticator(second, SECRET, 0).offers(ScramKeys.METHOD)).isFalse();
        assertThat(authenticator.offers(ScramKeys.METHOD)).isTrue();
    }
}
