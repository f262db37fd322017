package dev.gatehouse.server.access;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.DirectoryProblem.Kind;

/// The owner of tenants and users: those of the configuration, which only change there, and those added by command,
/// which are kept in the [RegistryStore].
///
/// - **Threads:** lookups from any, without a lock, in an immutable snapshot. A change is written to the store, then
///   appears in the next snapshot, then is told to the listeners, on the caller's thread, one change at a time; it
///   takes as long as the store and a password hash take.
/// - **Same name in both:** the configuration's definition counts; the one added by command is in [#warnings()].
/// - **Errors:** [DirectoryProblem] for what a command cannot do; whatever the store throws, and then nothing changed.
public final class TenantDirectory {
    private static final String PASSWORD_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int PASSWORD_CHARACTERS = 20; // 100 bits
    private static final int NAMES_SHOWN_MAX = 10;

    private record Snapshot(Map<String, TenantEntry> byName, Map<String, TenantEntry> byHost, Set<String> users) {}

    private final String domain;
    private final Registry registry;
    private final RandomGenerator random;
    private final int scramIterations;
    private final List<String> warnings = new ArrayList<>();
    private final List<Consumer<DirectoryChange>> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot;

    /// Reads what was added by command before.
    ///
    /// @param domain of the tenants' host names
    /// @param configured from the configuration; names and hosts are unique
    /// @param random unpredictable: draws salts and passwords
    /// @param scramIterations of passwords that are set from now on; 0: nothing is stored for SCRAM
    /// @throws IllegalStateException if the store has an entry that cannot be read
    public TenantDirectory(String domain, List<TenantEntry> configured, RegistryStore store, RandomGenerator random,
            int scramIterations) {
        this.domain = Names.canonicalHost(domain);
        this.registry = new Registry(store);
        this.random = random;
        this.scramIterations = scramIterations;
        Map<String, TenantEntry> tenants = new HashMap<>();
        configured.forEach(tenant -> tenants.put(tenant.name(), tenant));
        addStoredTenants(tenants);
        addStoredUsers(tenants);
        snapshot = snapshotOf(tenants);
    }

    private void addStoredTenants(Map<String, TenantEntry> tenants) {
        Map<String, TenantEntry> hosts = new HashMap<>(snapshotOf(tenants).byHost());
        for (TenantEntry stored : registry.tenants()) {
            TenantEntry configured = tenants.get(stored.name());
            if (configured != null) {
                warnings.add("tenant '" + stored.name() + "' was added by command and stands in " + configured.origin()
                        + " too; that counts");
                continue;
            }
            List<String> free = new ArrayList<>();
            for (String host : stored.hosts()) {
                TenantEntry other = hosts.get(host);
                if (other == null) {
                    free.add(host);
                } else {
                    warnings.add("host '" + host + "' of tenant '" + stored.name() + "', added by command, belongs to "
                            + "tenant '" + other.name() + "' in " + other.origin() + " now; that counts");
                }
            }
            tenants.put(stored.name(), new TenantEntry(stored.name(), stored.anonymous(), free, Map.of(),
                    stored.origin()));
        }
    }

    private void addStoredUsers(Map<String, TenantEntry> tenants) {
        Map<String, Map<String, UserEntry>> usersByTenant = new HashMap<>();
        for (Registry.StoredUser stored : registry.users()) {
            TenantEntry tenant = tenants.get(stored.tenant());
            String name = stored.user().name();
            if (tenant == null) {
                warnings.add("user '" + name + "' was added by command to tenant '" + stored.tenant()
                        + "', which is not there any more; it counts again when the tenant is back in the "
                        + "configuration");
            } else if (tenant.users().containsKey(name)) {
                warnings.add("user '" + name + "' of tenant '" + tenant.name() + "' was added by command and stands in "
                        + tenant.users().get(name).origin() + " too; that counts");
            } else {
                usersByTenant.computeIfAbsent(tenant.name(), _ -> new HashMap<>(tenant.users())).put(name,
                        stored.user());
            }
        }
        usersByTenant
                .forEach((tenant, users) -> tenants.computeIfPresent(tenant, (_, entry) -> entry.withUsers(users)));
    }

    /// The tenant of this name, in lower case; null if there is none.
    public @Nullable TenantEntry byName(String name) {
        return snapshot.byName().get(name);
    }

    /// Whose host name this is.
    ///
    /// @param serverName as in the ClientHello; case and a trailing dot do not count
    public Resolution byServerName(String serverName) {
        Snapshot current = snapshot;
        String host = Names.canonicalHost(serverName);
        TenantEntry owner = current.byHost().get(host);
        if (owner != null) {
            return new Resolution.ByCustomHost(owner, host);
        }
        int label = host.length() - domain.length() - 1;
        if (label > 0 && host.charAt(label) == '.' && host.endsWith(domain)) {
            TenantEntry tenant = current.byName().get(host.substring(0, label));
            if (tenant != null) {
                return new Resolution.BySubdomain(tenant);
            }
        }
        return new Resolution.Unknown();
    }

    /// The host name that every tenant has.
    public String hostOf(String tenant) {
        return tenant + "." + domain;
    }

    /// All tenants, by name.
    public List<TenantEntry> tenants() {
        return List.copyOf(new TreeMap<>(snapshot.byName()).values());
    }

    /// The users of a tenant, by name.
    public List<UserEntry> users(String tenant) throws DirectoryProblem {
        return List.copyOf(new TreeMap<>(known(tenant).users()).values());
    }

    /// What was added by command and does not count, because of what the configuration says; sentences for the log.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    boolean isUserAnywhere(String user) {
        return snapshot.users().contains(user);
    }

    /// Tells about every change from now on. A listener returns soon and throws nothing.
    public void listen(Consumer<DirectoryChange> listener) {
        listeners.add(listener);
    }

    /// Adds a tenant without users.
    ///
    /// @param hosts custom host names
    public synchronized TenantEntry addTenant(String name, boolean anonymous, List<String> hosts)
            throws DirectoryProblem {
        refuseIf(Names.problemOfTenant(name), Kind.BAD_NAME, "a tenant's name");
        TenantEntry there = snapshot.byName().get(name);
        if (there != null) {
            throw new DirectoryProblem(Kind.TENANT_EXISTS, "tenant '" + name + "' is there already, defined in "
                    + there.origin());
        }
        TenantEntry tenant = new TenantEntry(name, anonymous, free(hosts), Map.of(), new Origin.Command());
        registry.deleteUsers(name); // of a tenant of the same name that the configuration once had
        registry.put(tenant);
        change(name, tenant, new DirectoryChange.TenantAdded(tenant));
        return tenant;
    }

    private List<String> free(List<String> hosts) throws DirectoryProblem {
        Set<String> free = new HashSet<>();
        for (String host : hosts) {
            String canonical = Names.canonicalHost(host);
            refuseIf(Names.problemOfHost(host), Kind.BAD_NAME, "'" + host + "'");
            if (canonical.endsWith("." + domain)) {
                throw new DirectoryProblem(Kind.HOST_TAKEN, "'" + canonical + "' is under the domain '" + domain
                        + "', where every name is that of a tenant; leave it out");
            }
            TenantEntry other = snapshot.byHost().get(canonical);
            if (other != null) {
                throw new DirectoryProblem(Kind.HOST_TAKEN, "'" + canonical + "' is a host name of tenant '"
                        + other.name() + "' already");
            }
            free.add(canonical);
        }
        return free.stream().sorted().toList();
    }

    /// Removes a tenant and all its users.
    public synchronized void removeTenant(String name) throws DirectoryProblem {
        TenantEntry tenant = known(name);
        refuseIfConfigured("tenant '" + name + "'", tenant.origin());
        registry.deleteTenant(name);
        change(name, null, new DirectoryChange.TenantRemoved(name));
    }

    /// Adds a user, also to a tenant of the configuration.
    ///
    /// @param password null to have one made up
    /// @param publish topic filters, as [Permissions] explains
    /// @param subscribe topic filters, as [Permissions] explains
    public synchronized NewPassword addUser(String tenant, String user, @Nullable Secret password,
            List<String> publish, List<String> subscribe) throws DirectoryProblem {
        TenantEntry entry = known(tenant);
        refuseIf(Names.problemOfUser(user), Kind.BAD_NAME, "a user's name");
        UserEntry there = entry.users().get(user);
        if (there != null) {
            throw new DirectoryProblem(Kind.USER_EXISTS, "user '" + user + "' of tenant '" + tenant
                    + "' is there already, defined in " + there.origin() + "; to change the password: gatehouse user "
                    + "passwd --tenant " + tenant + " " + user);
        }
        Permissions permissions = permissions(publish, subscribe);
        NewPassword chosen = chosen(password);
        store(entry, user, permissions, chosen, new DirectoryChange.UserAdded(tenant, user));
        return chosen;
    }

    /// Gives a user another password; the old one does not count any more when this returns.
    ///
    /// @param password null to have one made up
    public synchronized NewPassword changePassword(String tenant, String user, @Nullable Secret password)
            throws DirectoryProblem {
        TenantEntry entry = known(tenant);
        UserEntry there = known(entry, user);
        refuseIfConfigured("user '" + user + "' of tenant '" + tenant + "'", there.origin());
        NewPassword chosen = chosen(password);
        store(entry, user, there.permissions(), chosen, new DirectoryChange.PasswordChanged(tenant, user));
        return chosen;
    }

    /// Removes a user.
    public synchronized void removeUser(String tenant, String user) throws DirectoryProblem {
        TenantEntry entry = known(tenant);
        refuseIfConfigured("user '" + user + "' of tenant '" + tenant + "'", known(entry, user).origin());
        registry.deleteUser(tenant, user);
        Map<String, UserEntry> users = new HashMap<>(entry.users());
        users.remove(user);
        change(tenant, entry.withUsers(users), new DirectoryChange.UserRemoved(tenant, user));
    }

    /// The password of a user that was just added or changed.
    ///
    /// @param generated the password itself, if it was made up here; else null
    public record NewPassword(Secret password, @Nullable String generated) {
        @Override
        public String toString() {
            return "***";
        }
    }

    private NewPassword chosen(@Nullable Secret password) throws DirectoryProblem {
        if (password == null) {
            StringBuilder generated = new StringBuilder();
            for (int i = 0; i < PASSWORD_CHARACTERS; i++) {
                generated.append(PASSWORD_ALPHABET.charAt(random.nextInt(PASSWORD_ALPHABET.length())));
            }
            return new NewPassword(Secret.of(generated.toString()), generated.toString());
        }
        if (password.length() == 0 || password.length() > 65_535) {
            throw new DirectoryProblem(Kind.BAD_PASSWORD, "a password must be 1 to 65535 bytes long, as in CONNECT");
        }
        return new NewPassword(password, null);
    }

    private void store(TenantEntry tenant, String user, Permissions permissions, NewPassword password,
            DirectoryChange change) {
        String hash = PasswordHash.hash(password.password(), random);
        ScramKeys scram = scramIterations == 0 ? null : ScramKeys.of(password.password(), scramIterations, random);
        UserEntry entry = new UserEntry(user, new Credential.Hashed(hash), scram, permissions, new Origin.Command());
        registry.put(tenant.name(), entry, hash);
        Map<String, UserEntry> users = new HashMap<>(tenant.users());
        users.put(user, entry);
        change(tenant.name(), tenant.withUsers(users), change);
    }

    private void change(String name, @Nullable TenantEntry tenant, DirectoryChange change) {
        Map<String, TenantEntry> tenants = new HashMap<>(snapshot.byName());
        if (tenant == null) {
            tenants.remove(name);
        } else {
            tenants.put(name, tenant);
        }
        snapshot = snapshotOf(tenants);
        listeners.forEach(listener -> listener.accept(change));
    }

    private static Snapshot snapshotOf(Map<String, TenantEntry> tenants) {
        Map<String, TenantEntry> byHost = new HashMap<>();
        Set<String> users = new HashSet<>();
        for (TenantEntry tenant : tenants.values()) {
            tenant.hosts().forEach(host -> byHost.put(host, tenant));
            users.addAll(tenant.users().keySet());
        }
        return new Snapshot(Map.copyOf(tenants), Map.copyOf(byHost), Set.copyOf(users));
    }

    private TenantEntry known(String tenant) throws DirectoryProblem {
        TenantEntry entry = snapshot.byName().get(tenant);
        if (entry == null) {
            throw new DirectoryProblem(Kind.TENANT_UNKNOWN, "tenant '" + tenant + "' is not known; known tenants: "
                    + names(snapshot.byName().keySet()));
        }
        return entry;
    }

    private static UserEntry known(TenantEntry tenant, String user) throws DirectoryProblem {
        UserEntry entry = tenant.users().get(user);
        if (entry == null) {
            throw new DirectoryProblem(Kind.USER_UNKNOWN, "user '" + user + "' is not known in tenant '"
                    + tenant.name() + "'; its users: " + names(tenant.users().keySet()));
        }
        return entry;
    }

    private static String names(Set<String> all) {
        if (all.isEmpty()) {
            return "none";
        }
        String shown = String.join(", ", all.stream().sorted().limit(NAMES_SHOWN_MAX).toList());
        return all.size() <= NAMES_SHOWN_MAX ? shown : shown + " and " + (all.size() - NAMES_SHOWN_MAX) + " more";
    }

    private static Permissions permissions(List<String> publish, List<String> subscribe) throws DirectoryProblem {
        for (List<String> filters : List.of(publish, subscribe)) {
            for (String filter : filters) {
                refuseIf(Permissions.problemOf(filter), Kind.BAD_FILTER, "'" + filter + "'");
            }
        }
        return Permissions.of(publish, subscribe);
    }

    private static void refuseIf(Optional<String> problem, Kind kind, String what) throws DirectoryProblem {
        if (problem.isPresent()) {
            throw new DirectoryProblem(kind, what + " " + problem.get());
        }
    }

    private static void refuseIfConfigured(String what, Origin origin) throws DirectoryProblem {
        switch (origin) {
            case Origin.File file -> throw new DirectoryProblem(Kind.DEFINED_IN_CONFIGURATION, what + " is defined in "
                    + file + "; change it there");
            case Origin.BuiltIn _ -> throw new DirectoryProblem(Kind.DEFINED_IN_CONFIGURATION, what
                    + " is part of the built-in configuration; start the server with --config FILE to choose tenants");
            case Origin.Command _ -> {
            }
        }
    }
}
