package dev.gatehouse.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.config.CertificateFiles;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.DevelopmentAuthority;
import dev.gatehouse.tls.KeyPairAndChain;
import dev.gatehouse.tls.ReloadingCertificate;
import dev.gatehouse.tls.ServerTls;

/// The TLS contexts: one for `*.<domain>`, and one for each tenant that has a certificate of its own. Files that change
/// are read again; a development certificate is made anew when tenants get or lose host names of their own. Connections
/// that are open keep what they have.
///
/// - **Threads:** [#forTenant] any; [#refresh] and [#tenantsChanged] any but an event loop.
final class Contexts {
    private static final Logger LOG = LoggerFactory.getLogger(Contexts.class);

    private final SslProvider provider;
    private final boolean only13;
    private final InstantSource clock;
    private final String domain;
    private final TenantDirectory directory;
    private final @Nullable DevelopmentAuthority authority;
    private final @Nullable Entry files;
    private final Map<String, Entry> ofTenants = new HashMap<>();
    private volatile SslContext developed;
    /// What `developed` is made of; null when certificates are configured.
    private @Nullable KeyPairAndChain development;
    /// The tenants' own host names that it is for.
    private List<String> named;

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
    ///
    /// @param directory whose tenants' own host names a development certificate is for too
    Contexts(Configuration configuration, TenantDirectory directory, SslProvider provider, InstantSource clock,
            SecureRandom random) throws CertificateFault {
        this.provider = provider;
        this.only13 = configuration.tls().versionMin() == dev.gatehouse.server.config.Tls.Version.TLS_1_3;
        this.clock = clock;
        this.domain = configuration.domain();
        this.directory = directory;
        for (var tenant : configuration.tenants().values()) {
            CertificateFiles own = tenant.certificate();
            if (own != null) {
                ofTenants.put(tenant.name(), new Entry(own));
            }
        }
        named = hosts();
        CertificateFiles given = configuration.tls().files();
        if (given == null) {
            DevelopmentAuthority made = new DevelopmentAuthority(configuration.data().resolve("tls"), clock, random);
            KeyPairAndChain pair = made.certificateFor(domain, named);
            authority = made;
            files = null;
            developed = make(pair);
            development = pair;
        } else {
            authority = null;
            files = new Entry(given);
            developed = files.context;
        }
    }

    /// Host names of tenants that are served with the certificate of all.
    private List<String> hosts() {
        return directory.tenants().stream().filter(tenant -> !ofTenants.containsKey(tenant.name()))
                .flatMap(tenant -> tenant.hosts().stream()).sorted().toList();
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
    synchronized void refresh() {
        Entry configured = files;
        if (configured != null) {
            configured.refresh();
        }
        for (Entry own : ofTenants.values()) {
            own.refresh();
        }
        KeyPairAndChain current = development;
        if (current != null && !current.notAfter()
                .isAfter(clock.instant().plus(DevelopmentAuthority.RENEW_DAYS, ChronoUnit.DAYS))) {
            develop();
        }
    }

    /// Tenants have come or gone: a development certificate is for the host names that there are now.
    synchronized void tenantsChanged() {
        List<String> now = hosts();
        if (!now.equals(named)) {
            named = now;
            develop();
        }
    }

    private void develop() {
        DevelopmentAuthority made = authority;
        KeyPairAndChain current = development;
        if (made == null || current == null) {
            return;
        }
        try {
            KeyPairAndChain pair = made.certificateFor(domain, named);
            if (!pair.certificate().equals(current.certificate())) {
                developed = make(pair);
                development = pair;
            }
        } catch (CertificateFault fault) {
            LOG.warn("the development certificate could not be renewed: {}", fault.getMessage());
        }
    }
}
