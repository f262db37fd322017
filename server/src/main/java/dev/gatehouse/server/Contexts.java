package dev.gatehouse.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.server.config.CertificateFiles;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.DevelopmentAuthority;
import dev.gatehouse.tls.KeyPairAndChain;
import dev.gatehouse.tls.ReloadingCertificate;
import dev.gatehouse.tls.ServerTls;

/// The TLS contexts: one for `*.<domain>`, and one for each tenant that has a certificate of its own. Files that change
/// are read again; connections that are open keep what they have.
///
/// - **Threads:** [#forTenant] any; [#refresh] one at a time, not on an event loop.
final class Contexts {
    private static final Logger LOG = LoggerFactory.getLogger(Contexts.class);

    private final SslProvider provider;
    private final boolean only13;
    private final InstantSource clock;
    private final String domain;
    private final @Nullable DevelopmentAuthority authority;
    private final @Nullable Entry files;
    private final Map<String, Entry> ofTenants = new HashMap<>();
    private volatile SslContext developed;
    private @Nullable Instant developedUntil;

    /// A context that follows its files.
    private final class Entry {
        private final ReloadingCertificate certificate;
        private volatile SslContext context;

        Entry(CertificateFiles pair) throws CertificateFault {
            certificate = new ReloadingCertificate(pair.certificate(), pair.key(), clock);
            warn(certificate.current());
            context = make(certificate.current());
        }

        void refresh() {
            if (certificate.refresh()) {
                try {
                    context = make(certificate.current());
                    warn(certificate.current());
                    LOG.info("certificate {} was read again, valid until {}", certificate.current().dnsNames(),
                            certificate.current().notAfter());
                } catch (CertificateFault fault) {
                    LOG.warn("the changed certificate is not used: {}", fault.getMessage());
                }
            }
        }
    }

    /// Reads what is configured; without certificate files, development certificates are made in `<data>/tls`.
    Contexts(Configuration configuration, SslProvider provider, InstantSource clock, SecureRandom random)
            throws CertificateFault {
        this.provider = provider;
        this.only13 = configuration.tls().versionMin() == dev.gatehouse.server.config.Tls.Version.TLS_1_3;
        this.clock = clock;
        this.domain = configuration.domain();
        CertificateFiles given = configuration.tls().files();
        if (given == null) {
            DevelopmentAuthority made = new DevelopmentAuthority(configuration.data().resolve("tls"), clock, random);
            KeyPairAndChain pair = made.certificateFor(domain);
            authority = made;
            files = null;
            developed = make(pair);
            developedUntil = pair.notAfter();
        } else {
            authority = null;
            files = new Entry(given);
            developed = files.context;
        }
        for (var tenant : configuration.tenants().values()) {
            CertificateFiles own = tenant.certificate();
            if (own != null) {
                ofTenants.put(tenant.name(), new Entry(own));
            }
        }
    }

    private SslContext make(KeyPairAndChain pair) throws CertificateFault {
        return ServerTls.context(pair, provider, only13);
    }

    private void warn(KeyPairAndChain pair) {
        for (String warning : dev.gatehouse.tls.CertificateFiles.warnings(pair, clock.instant())) {
            LOG.warn("certificate {}: {}", pair.dnsNames(), warning);
        }
    }

    /// The development CA's certificate, for clients to trust; null when certificates are configured.
    @Nullable
    Path caFile() {
        DevelopmentAuthority made = authority;
        return made == null ? null : made.caFile();
    }

    /// For `<tenant>.<domain>`, and for whoever names no tenant.
    SslContext standard() {
        Entry configured = files;
        return configured == null ? developed : configured.context;
    }

    /// For a tenant's own host names.
    SslContext forTenant(String tenant) {
        Entry own = ofTenants.get(tenant);
        return own == null ? standard() : own.context;
    }

    /// Looks at the files; call every few seconds.
    void refresh() {
        Entry configured = files;
        if (configured != null) {
            configured.refresh();
        }
        for (Entry own : ofTenants.values()) {
            own.refresh();
        }
        renewDeveloped();
    }

    private void renewDeveloped() {
        DevelopmentAuthority made = authority;
        Instant until = developedUntil;
        if (made == null || until == null || until
                .isAfter(clock.instant().plusSeconds(DevelopmentAuthority.RENEW_DAYS * 86_400L))) {
            return;
        }
        try {
            KeyPairAndChain pair = made.certificateFor(domain);
            developed = make(pair);
            developedUntil = pair.notAfter();
        } catch (CertificateFault fault) {
            LOG.warn("the development certificate could not be renewed: {}", fault.getMessage());
        }
    }
}
