package dev.gatehouse.server.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.access.TenantEntry;

/// Everything that is configured; `docs/configuration.md` explains each key.
///
/// @param file where it was read from; null for the built-in one
/// @param data folder for everything the server keeps
/// @param domain in lower case; `<tenant>.<domain>` is a tenant's host name
/// @param listeners at least one
/// @param connectTimeoutMillis from accept to a complete CONNECT
/// @param limits of tenants that have none of their own, see [#limitsOf(String)]
/// @param tenants those that are configured, by name, in the order of the file; others are added by command
/// @param sync when a promise to a client has to be on the disk
/// @param warnings what is allowed but probably not meant
public record Configuration(@Nullable Path file, Path data, String domain, List<Listener> listeners, Tls tls,
        NoSni noSni, int connectTimeoutMillis, Limits limits, SequencedMap<String, TenantSettings> tenants, Sync sync,
        Trail trail, Authentication authentication, List<Problem> warnings) {
    /// Copies lists and map.
    public Configuration {
        listeners = List.copyOf(listeners);
        tenants = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tenants));
        warnings = List.copyOf(warnings);
    }

    /// What happens to a client on a TLS listener whose server name is missing or names no tenant.
    public enum NoSni {
        /// It is answered with a CONNACK that refuses it and says why.
        REFUSE("refuse"),
        /// The user name may name the tenant: `user@tenant`.
        RESOLVE("resolve");

        private final String text;

        NoSni(String text) {
            this.text = text;
        }

        /// As in the configuration file.
        public String text() {
            return text;
        }
    }

    /// When a promise to a client has to be on the disk.
    public enum Sync {
        /// Before it is given.
        ALWAYS("always"),
        /// At most a second after it is given: those of the last second are lost with the power, not with the process.
        EVERY_SECOND("every-second");

        private final String text;

        Sync(String text) {
            this.text = text;
        }

        /// As in the configuration file.
        public String text() {
            return text;
        }
    }

    /// How much of the trail is kept.
    ///
    /// @param days age at which an attempt is forgotten
    /// @param attemptsMax attempts kept for one tenant, and for the part that no tenant owns
    /// @param bytesMax bytes on disk for one tenant, and for the part that no tenant owns
    public record Trail(int days, int attemptsMax, long bytesMax) {}

    /// How passwords are verified.
    ///
    /// @param threads that verify; at least 1
    /// @param queueMax verifications that wait for a thread, of all tenants together
    /// @param cacheSeconds for how long a verified password needs no second verification; 0 for never
    /// @param cacheEntriesMax verified passwords that are remembered
    /// @param scramIterations of SCRAM-SHA-256, for passwords set from now on; 0: the method is not offered
    public record Authentication(int threads, int queueMax, int cacheSeconds, int cacheEntriesMax,
            int scramIterations) {}

    /// Reads a configuration file.
    ///
    /// @param data used when the file does not say where the data is
    /// @param key turns plain passwords into what is kept of them
    /// @throws ConfigurationProblems with everything that is wrong with the file, also when it cannot be read
    public static Configuration load(Path file, Path data, ProcessKey key) throws ConfigurationProblems {
        return new ConfigurationReader(file, key).read(data);
    }

    /// What is used when no file is given: a broker for one developer on this machine. Tenant `demo`, reached as
    /// `localhost` and `demo.mq.localhost`, lets anonymous clients in, which is safe because the listeners are on the
    /// loopback address. Its user is made by the server at the first start.
    public static Configuration defaults(Path data) {
        return ConfigurationReader.builtIn(data);
    }

    /// The same with another data folder.
    public Configuration withData(Path other) {
        return new Configuration(file, other, domain, listeners, tls, noSni, connectTimeoutMillis, limits, tenants,
                sync, trail, authentication, warnings);
    }

    /// The limits of a tenant, also of one that was added by command.
    public Limits limitsOf(String tenant) {
        TenantSettings own = tenants.get(tenant);
        return own == null ? limits : own.limits();
    }

    /// The certificate of a tenant's own; null where it uses the default one.
    public @Nullable CertificateFiles certificateOf(String tenant) {
        TenantSettings own = tenants.get(tenant);
        return own == null ? null : own.certificate();
    }

    /// The configured tenants as [dev.gatehouse.server.access.TenantDirectory] wants them.
    public List<TenantEntry> tenantEntries() {
        return tenants.values().stream().map(TenantSettings::entry).toList();
    }
}
