package dev.gatehouse.server.config;

import org.jspecify.annotations.Nullable;

/// What TLS listeners use unless a tenant has a certificate of its own.
///
/// @param files null: a development certificate that the server makes
public record Tls(@Nullable CertificateFiles files, Version versionMin) {
    /// A version of TLS that is still considered safe (RFC 8996).
    public enum Version {
        /// RFC 5246.
        TLS_1_2("1.2"),
        /// RFC 8446.
        TLS_1_3("1.3");

        private final String text;

        Version(String text) {
            this.text = text;
        }

        /// As in the configuration file: `1.2`.
        public String text() {
            return text;
        }
    }
}
