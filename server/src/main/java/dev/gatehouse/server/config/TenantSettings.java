package dev.gatehouse.server.config;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.server.access.TenantEntry;

/// One tenant of the configuration.
///
/// @param entry its names and users
/// @param certificate for its custom host names; null: the default one
/// @param limits those of the configuration, with what the tenant has of its own
public record TenantSettings(TenantEntry entry, @Nullable CertificateFiles certificate, Limits limits) {
    /// Its name.
    public String name() {
        return entry.name();
    }
}
