package dev.gatehouse.server.access;

import java.util.Map;

/// Where tenants and users that were added by command survive a restart. `put` and `delete` return when the change is
/// on disk, and throw an unchecked exception when it is not.
public interface RegistryStore {
    /// Writes one value, replacing the one that was there.
    void put(String key, byte[] value);

    /// Removes one value; nothing happens if there is none.
    void delete(String key);

    /// All entries whose key starts with `prefix`.
    Map<String, byte[]> scan(String prefix);
}
