package dev.gatehouse.server.access;

import java.util.List;
import java.util.Map;

/// One tenant as the directory knows it: its names and its users. Immutable; a change makes a new entry.
///
/// @param name a DNS label in lower case: letters, digits, hyphens, 1 to 63 characters
/// @param anonymous clients that present no credentials are let in
/// @param hosts custom host names in lower case, without a trailing dot
/// @param users by user name
/// @param origin where the tenant itself was defined; its users have their own
public record TenantEntry(String name, boolean anonymous, List<String> hosts, Map<String, UserEntry> users,
        Origin origin) {
    /// Copies the collections.
    public TenantEntry {
        hosts = List.copyOf(hosts);
        users = Map.copyOf(users);
    }

    TenantEntry withUsers(Map<String, UserEntry> newUsers) {
        return new TenantEntry(name, anonymous, hosts, newUsers, origin);
    }
}
