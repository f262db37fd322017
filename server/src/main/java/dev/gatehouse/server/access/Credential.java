package dev.gatehouse.server.access;

import dev.gatehouse.mqtt.Bytes;

/// What a presented password is verified against.
public sealed interface Credential {
    /// A password hash that costs time and memory to compute, because it may be stolen with the place it is kept in.
    ///
    /// @param hash as [PasswordHash] writes and reads it; checked by [PasswordHash#check(String)]
    record Hashed(String hash) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }

    /// A password that stands in the configuration file in plain text, as an HMAC-SHA-256 under this process's
    /// [ProcessKey]. Whoever could steal this can read the file, so an expensive hash would protect nothing and would
    /// make starting with a thousand users take a minute; the HMAC only keeps the password itself out of memory and
    /// makes comparing it take the same time whatever it is.
    ///
    /// @param digest 32 bytes
    record Keyed(Bytes digest) implements Credential {
        @Override
        public String toString() {
            return "***";
        }
    }
}
