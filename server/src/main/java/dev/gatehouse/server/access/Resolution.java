package dev.gatehouse.server.access;

/// What a TLS server name leads to.
public sealed interface Resolution {
    /// `<tenant>.<domain>`.
    record BySubdomain(TenantEntry tenant) implements Resolution {}

    /// A custom host name of the tenant.
    ///
    /// @param host in lower case, without a trailing dot
    record ByCustomHost(TenantEntry tenant, String host) implements Resolution {}

    /// No tenant has this name.
    record Unknown() implements Resolution {}
}
