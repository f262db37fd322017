package dev.gatehouse.server.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.DirectoryProblem.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class TenantDirectoryTest {
    private static final List<String> ALL = List.of("#");
    private static final Origin LINE_5 = new Origin.File("gatehouse.yaml", 5);

    private final MemoryStore store = new MemoryStore();
    private final TenantEntry acme = tenant("acme", List.of("mqtt.acme.example"), user("eric"));

    private static TenantEntry tenant(String name, List<String> hosts, UserEntry... users) {
        Map<String, UserEntry> byName = new HashMap<>();
        for (UserEntry user : users) {
            byName.put(user.name(), user);
        }
        return new TenantEntry(name, false, hosts, byName, LINE_5);
    }

    private static UserEntry user(String name) {
        return new UserEntry(name, new Credential.Hashed("of-" + name), Permissions.ALL, LINE_5);
    }

    private TenantDirectory directory(TenantEntry... configured) {
        return new TenantDirectory("mq.test", List.of(configured), store, new SplittableRandom(3), 4_096);
    }

    private static void assertProblem(ThrowingCallable command, Kind kind, String message) {
        DirectoryProblem problem = catchThrowableOfType(DirectoryProblem.class, command);
        assertThat(problem).as("it was allowed").isNotNull();
        assertThat(problem.kind()).isEqualTo(kind);
        assertThat(problem).hasMessage(message);
    }

    @Test
    void a_server_name_leads_to_its_tenant_whatever_its_case() {
        TenantDirectory directory = directory(acme);
        assertThat(directory.byServerName("acme.mq.test")).isEqualTo(new Resolution.BySubdomain(acme));
        assertThat(directory.byServerName("ACME.mq.Test.")).isEqualTo(new Resolution.BySubdomain(acme));
        assertThat(directory.byServerName("MQTT.acme.example"))
                .isEqualTo(new Resolution.ByCustomHost(acme, "mqtt.acme.example"));
    }

    @Test
    void other_server_names_lead_nowhere() {
        TenantDirectory directory = directory(acme);
        for (String name : List.of("", ".", "acme", "mq.test", ".mq.test", "x.acme.mq.test", "acmemq.test",
                "acme.mq.test.evil.example", "globex.mq.test", "acme.mq.test..", "192.0.2.1", "xacme.mq.test")) {
            assertThat(directory.byServerName(name)).as(name).isEqualTo(new Resolution.Unknown());
        }
    }

    @Test
    void the_domain_itself_can_be_a_custom_host() {
        TenantEntry demo = tenant("demo", List.of("mq.test"));
        assertThat(directory(demo).byServerName("mq.test")).isEqualTo(new Resolution.ByCustomHost(demo, "mq.test"));
    }

    @Test
    void a_tenant_added_by_command_is_there_after_a_restart() throws Exception {
        TenantDirectory before = directory(acme);
        before.addTenant("globex", true, List.of("Broker.Globex.Example."));
        before.addUser("globex", "peter/7", Secret.of("secret"), List.of("a/%u"), List.of());

        TenantDirectory after = directory(acme);
        TenantEntry globex = Objects.requireNonNull(after.byName("globex"));
        assertThat(globex).isEqualTo(before.byName("globex"));
        assertThat(globex.anonymous()).isTrue();
        assertThat(after.byServerName("broker.globex.example")).isInstanceOf(Resolution.ByCustomHost.class);
        assertThat(after.tenants()).extracting(TenantEntry::name).containsExactly("acme", "globex");
        UserEntry peter = Objects.requireNonNull(globex.users().get("peter/7"));
        assertThat(peter.permissions()).isEqualTo(Permissions.of(List.of("a/%u"), List.of()));
        assertThat(peter.credential()).isInstanceOfSatisfying(Credential.Hashed.class,
                hashed -> assertThat(PasswordHash.verify(Secret.of("secret"), hashed.hash())).isTrue());
        assertThat(after.warnings()).isEmpty();
    }

    @Test
    void a_removed_tenant_leaves_nothing_behind() throws Exception {
        TenantDirectory directory = directory(acme);
        directory.addTenant("globex", false, List.of("h.example"));
        directory.addUser("globex", "peter", Secret.of("x"), ALL, ALL);
        directory.removeTenant("globex");

        assertThat(store.values).isEmpty();
        assertThat(directory.byName("globex")).isNull();
        assertThat(directory.byServerName("globex.mq.test")).isEqualTo(new Resolution.Unknown());
        assertThat(directory.byServerName("h.example")).isEqualTo(new Resolution.Unknown());
        assertThat(directory.isUserAnywhere("peter")).isFalse();
    }

    @Test
    void removing_a_tenant_leaves_one_whose_name_starts_the_same() throws Exception {
        TenantDirectory directory = directory();
        directory.addTenant("a", false, List.of());
        directory.addTenant("a-b", false, List.of());
        directory.addUser("a-b", "u", Secret.of("x"), ALL, ALL);
        directory.removeTenant("a");

        assertThat(directory().users("a-b")).extracting(UserEntry::name).containsExactly("u");
    }

    @Test
    void a_user_can_be_added_to_a_tenant_of_the_configuration() throws Exception {
        directory(acme).addUser("acme", "anna", Secret.of("x"), ALL, ALL);

        assertThat(directory(acme).users("acme")).extracting(UserEntry::name).containsExactly("anna", "eric");
        assertThat(directory(acme).isUserAnywhere("anna")).isTrue();
    }

    @Test
    void a_password_that_is_not_given_is_made_up() throws Exception {
        TenantDirectory directory = directory(acme);
        String first = Objects.requireNonNull(directory.addUser("acme", "anna", null, ALL, ALL).generated());
        TenantDirectory.NewPassword second = directory.changePassword("acme", "anna", null);

        assertThat(first).hasSize(20).matches("[0-9a-z]+").isNotEqualTo(second.generated());
        UserEntry anna = directory.users("acme").getFirst();
        assertThat(anna.credential()).isInstanceOfSatisfying(Credential.Hashed.class, hashed -> {
            assertThat(PasswordHash.verify(second.password(), hashed.hash())).isTrue();
            assertThat(PasswordHash.verify(Secret.of(first), hashed.hash())).isFalse();
        });
        assertThat(directory.addUser("acme", "otto", Secret.of("x"), ALL, ALL).generated()).isNull();
    }

    @Test
    void changes_are_told_once_they_can_be_seen() throws Exception {
        TenantDirectory directory = directory(acme);
        List<DirectoryChange> changes = new ArrayList<>();
        directory.listen(change -> {
            changes.add(change);
            if (change instanceof DirectoryChange.TenantAdded(TenantEntry added)) {
                assertThat(directory.byName(added.name())).isEqualTo(added);
            }
        });
        TenantEntry globex = directory.addTenant("globex", false, List.of());
        directory.addUser("globex", "peter", Secret.of("x"), ALL, ALL);
        directory.changePassword("globex", "peter", Secret.of("y"));
        directory.removeUser("globex", "peter");
        directory.removeTenant("globex");

        assertThat(changes).containsExactly(new DirectoryChange.TenantAdded(globex),
                new DirectoryChange.UserAdded("globex", "peter"),
                new DirectoryChange.PasswordChanged("globex", "peter"),
                new DirectoryChange.UserRemoved("globex", "peter"),
                new DirectoryChange.TenantRemoved("globex"));
    }

    @Test
    void what_a_command_cannot_do_is_said_in_a_sentence() {
        TenantDirectory directory = directory(acme);
        assertProblem(() -> directory.removeTenant("acm"), Kind.TENANT_UNKNOWN,
                "tenant 'acm' is not known; known tenants: acme");
        assertProblem(() -> directory.addTenant("acme", false, List.of()), Kind.TENANT_EXISTS,
                "tenant 'acme' is there already, defined in gatehouse.yaml line 5");
        assertProblem(() -> directory.removeTenant("acme"), Kind.DEFINED_IN_CONFIGURATION,
                "tenant 'acme' is defined in gatehouse.yaml line 5; change it there");
        assertProblem(() -> directory.removeUser("acme", "eric"), Kind.DEFINED_IN_CONFIGURATION,
                "user 'eric' of tenant 'acme' is defined in gatehouse.yaml line 5; change it there");
        assertProblem(() -> directory.changePassword("acme", "eric", Secret.of("x")), Kind.DEFINED_IN_CONFIGURATION,
                "user 'eric' of tenant 'acme' is defined in gatehouse.yaml line 5; change it there");
        assertProblem(() -> directory.removeUser("acme", "erik"), Kind.USER_UNKNOWN,
                "user 'erik' is not known in tenant 'acme'; its users: eric");
        assertProblem(() -> directory.addUser("acme", "eric", null, ALL, ALL), Kind.USER_EXISTS,
                "user 'eric' of tenant 'acme' is there already, defined in gatehouse.yaml line 5; to change the "
                        + "password: gatehouse user passwd --tenant acme eric");
        assertProblem(() -> directory.addUser("acme", "", null, ALL, ALL), Kind.BAD_NAME,
                "a user's name must not be empty");
        assertProblem(() -> directory.addUser("acme", "u", Secret.of(""), ALL, ALL), Kind.BAD_PASSWORD,
                "a password must be 1 to 65535 bytes long, as in CONNECT");
        assertProblem(() -> directory.addUser("acme", "u", null, List.of("x%u"), ALL), Kind.BAD_FILTER,
                "'x%u' must have %u or %c alone between two slashes");
        assertProblem(() -> directory.addTenant("b", false, List.of("mqtt.ACME.example")), Kind.HOST_TAKEN,
                "'mqtt.acme.example' is a host name of tenant 'acme' already");
        assertProblem(() -> directory.addTenant("b", false, List.of("x.mq.test")), Kind.HOST_TAKEN,
                "'x.mq.test' is under the domain 'mq.test', where every name is that of a tenant; leave it out");
        assertProblem(() -> directory.addTenant("B", false, List.of()), Kind.BAD_NAME,
                "a tenant's name must be a DNS label: 1 to 63 lower case letters, digits and hyphens, not starting or "
                        + "ending with a hyphen, for example 'b'");
        assertThat(store.values).isEmpty();
    }

    @Test
    void what_the_configuration_says_counts_more_than_what_was_added_by_command() throws Exception {
        TenantDirectory before = directory();
        before.addTenant("acme", true, List.of());
        before.addUser("acme", "eric", Secret.of("x"), ALL, ALL);
        before.addTenant("globex", false, List.of("mqtt.acme.example"));

        TenantDirectory after = directory(acme);
        assertThat(after.byName("acme")).isEqualTo(acme);
        assertThat(after.byServerName("mqtt.acme.example")).isInstanceOfSatisfying(Resolution.ByCustomHost.class,
                found -> assertThat(found.tenant()).isEqualTo(acme));
        assertThat(after.warnings()).hasSize(3);
    }

    @Test
    void users_of_a_tenant_that_left_the_configuration_do_not_come_back_with_another_of_its_name() throws Exception {
        directory(acme).addUser("acme", "anna", Secret.of("x"), ALL, ALL);

        TenantDirectory without = directory();
        assertThat(without.warnings()).hasSize(1);
        without.addTenant("acme", false, List.of());
        assertThat(without.users("acme")).isEmpty();
        assertThat(directory().users("acme")).isEmpty();
    }

    @Test
    void when_the_store_fails_nothing_has_changed() throws Exception {
        RegistryStore full = new RegistryStore() {
            @Override
            public void put(String key, byte[] value) {
                throw new IllegalStateException("disk full");
            }

            @Override
            public void delete(String key) {}

            @Override
            public Map<String, byte[]> scan(String prefix) {
                return Map.of();
            }
        };
        TenantDirectory directory = new TenantDirectory("mq.test", List.of(acme), full, new SplittableRandom(3), 4_096);

        assertThatThrownBy(() -> directory.addTenant("globex", false, List.of())).hasMessage("disk full");
        assertThat(directory.byName("globex")).isNull();
        assertThatThrownBy(() -> directory.addUser("acme", "anna", null, ALL, ALL)).hasMessage("disk full");
        assertThat(directory.users("acme")).hasSize(1);
    }

    @Test
    void an_entry_that_cannot_be_read_is_named() {
        store.put("tenant/x", "{".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> directory()).hasMessage("the registry's entry 'tenant/x' is damaged: not JSON");
        store.put("tenant/x", "{\"version\":1}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> directory())
                .hasMessage("the registry's entry 'tenant/x' is damaged: it has no 'anonymous'");
        store.put("tenant/x", "{\"version\":2}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> directory()).hasMessageContaining("has version 2; this program reads version 1");
    }
}
