package dev.gatehouse.server.access;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// A registry that survives the directory, not the process.
final class MemoryStore implements RegistryStore {
    final Map<String, byte[]> values = new TreeMap<>();

    @Override
    public void put(String key, byte[] value) {
        values.put(key, value.clone());
    }

    @Override
    public void delete(String key) {
        values.remove(key);
    }

    @Override
    public Map<String, byte[]> scan(String prefix) {
        Map<String, byte[]> found = new HashMap<>(values);
        found.keySet().removeIf(key -> !key.startsWith(prefix));
        return found;
    }
}
