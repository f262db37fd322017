package dev.gatehouse.server.access;

import org.jspecify.annotations.Nullable;

/// One user of one tenant.
///
/// @param name as in CONNECT; 1 to 255 bytes of UTF-8 without control characters
/// @param credential what a password is verified against
/// @param scram what SCRAM-SHA-256 verifies the user by; null: nothing, so that method cannot be used
/// @param permissions before `%u` and `%c` are filled in, see [Permissions#bind(String, String)]
public record UserEntry(String name, Credential credential, @Nullable ScramKeys scram, Permissions permissions,
        Origin origin) {
    /// Without SCRAM.
    public UserEntry(String name, Credential credential, Permissions permissions, Origin origin) {
        this(name, credential, null, permissions, origin);
    }
}
