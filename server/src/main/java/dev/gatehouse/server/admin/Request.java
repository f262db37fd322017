package dev.gatehouse.server.admin;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Secret;

/// What can be asked of the running service.
public sealed interface Request {
    /// How the service does, as [Status]. One line.
    record GetStatus() implements Request {}

    /// A new tenant without users. One line: the tenant.
    ///
    /// @param hosts custom host names
    record AddTenant(String name, boolean anonymous, List<String> hosts) implements Request {
        public AddTenant {
            hosts = List.copyOf(hosts);
        }
    }

    /// All tenants, by name. A line for each.
    record ListTenants() implements Request {}

    /// Removes a tenant and all its users. No line.
    record RemoveTenant(String name) implements Request {}

    /// A new user. One line: the user, with the password if it was made up.
    ///
    /// @param password null to have one made up
    /// @param publish topic filters
    /// @param subscribe topic filters
    record AddUser(String tenant, String user, @Nullable Secret password, List<String> publish,
            List<String> subscribe) implements Request {
        public AddUser {
            publish = List.copyOf(publish);
            subscribe = List.copyOf(subscribe);
        }
    }

    /// The users of a tenant, by name. A line for each.
    record ListUsers(String tenant) implements Request {}

    /// Removes a user. No line.
    record RemoveUser(String tenant, String user) implements Request {}

    /// Gives a user another password. One line, as for [AddUser].
    ///
    /// @param password null to have one made up
    record ChangePassword(String tenant, String user, @Nullable Secret password) implements Request {}

    /// Attempts, a line for each: the newest first; where they are followed, the oldest of these first and then each
    /// as it comes or changes, until the client closes the connection.
    ///
    /// @param failed only those that went wrong
    /// @param limit 0 to [#LIMIT_MAX]; of those that are there already
    record ListAttempts(Owner owner, boolean failed, int limit, boolean follow) implements Request {
        public static final int LIMIT_MAX = 100_000;

        public ListAttempts {
            if (limit < 0 || limit > LIMIT_MAX) {
                throw new IllegalArgumentException("'limit' must be a number from 0 to " + LIMIT_MAX);
            }
        }
    }

    /// Everything about one attempt, as JSON and as text. One line.
    record GetAttempt(String id) implements Request {}

    /// Sends all clients away and lets no new ones in, or lets them in again. No line.
    ///
    /// @param stop lets clients in again; nothing else counts then
    /// @param to `host` or `host:port` of the server that clients should use, with `%t` for the tenant; null: none
    /// @param permanent whether they should use it from now on
    /// @param perSecond clients that are sent away in a second, 1 to [#PER_SECOND_MAX]
    record Drain(boolean stop, @Nullable String to, boolean permanent, int perSecond) implements Request {
        public static final int PER_SECOND_MAX = 100_000;
        private static final Pattern SERVER = Pattern
                .compile("([A-Za-z0-9._%-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

        public Drain {
            if (perSecond < 1 || perSecond > PER_SECOND_MAX) {
                throw new IllegalArgumentException("'per_second' must be a number from 1 to " + PER_SECOND_MAX);
            }
            if (to != null && !SERVER.matcher(to).matches()) {
                throw new IllegalArgumentException("'to' must be HOST or HOST:PORT, like other.example:8883; an IPv6 "
                        + "address in brackets");
            }
            if (permanent && to == null) {
                throw new IllegalArgumentException("'permanent' needs 'to': where are the clients to go?");
            }
        }
    }

    /// Whose attempts.
    sealed interface Owner {
        /// Everybody's.
        record Anybody() implements Owner {}

        /// One tenant's.
        record OfTenant(String name) implements Owner {}

        /// Those that no tenant owns.
        record Nobody() implements Owner {}
    }
}
