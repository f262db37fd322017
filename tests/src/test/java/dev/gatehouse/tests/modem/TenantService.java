package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;

/// The service with one tenant, whose name is [Rig#HOST]: with TLS it is known by that, without by the port. Its user is
/// `eric`, whose password is `secret`.
record TenantService(Service service) implements AutoCloseable {
    static final String USER = "eric";
    static final String PASSWORD = "secret";

    static TenantService in(Path home) throws Exception {
        String tenant = Rig.HOST.substring(0, Rig.HOST.indexOf('.'));
        Path file = Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                domain: %s
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: %s}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                tenants:
                  - name: %2$s
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                """.formatted(Rig.HOST.substring(tenant.length() + 1), tenant));
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        return new TenantService(Service.start(Configuration.load(file, home, key), key, "test"));
    }

    int port() {
        return port("tcp");
    }

    int tlsPort() {
        return port("tls");
    }

    private int port(String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener)).findFirst()
                .orElseThrow().address().getPort();
    }

    /// Trusts the service's own authority and no other.
    TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(Objects.requireNonNull(service.caFile()))) {
            store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    SSLContext client() throws GeneralSecurityException, IOException {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust().getTrustManagers(), null);
        return client;
    }

    @Override
    public void close() {
        service.close();
    }
}
