package dev.gatehouse.server.access;

/// A change made by command, told to whoever has to act on it: clients of a removed tenant, of a removed user and of
/// one whose password changed are disconnected.
public sealed interface DirectoryChange {
    /// A tenant was added, without users yet.
    record TenantAdded(TenantEntry tenant) implements DirectoryChange {}

    /// A tenant and all its users were removed.
    record TenantRemoved(String tenant) implements DirectoryChange {}

    /// A user was added.
    record UserAdded(String tenant, String user) implements DirectoryChange {}

    /// A user was removed.
    record UserRemoved(String tenant, String user) implements DirectoryChange {}

    /// A user's old password no longer counts.
    record PasswordChanged(String tenant, String user) implements DirectoryChange {}
}
