package dev.gatehouse.journal.rocksdb;

import java.util.Arrays;

/// Ranges over keys that are ordered as unsigned bytes.
final class Keys {
    private Keys() {}

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /// The smallest key above all that start with the prefix.
    ///
    /// @param prefix has a byte other than 0xFF, which UTF-8 text always has
    static byte[] after(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == (byte) 0xFF) {
            last--;
        }
        byte[] next = Arrays.copyOf(prefix, last + 1);
        next[last]++;
        return next;
    }
}
