package dev.gatehouse.bench.load;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.bench.BenchFault;

/// TLS 1.3 for the generator's connections. It trusts whoever answers: what is measured is the broker's work, and
/// looking after its certificate would be the generator's.
///
/// It offers what a device offers, x25519 and P-256. Left to itself it would offer a post-quantum group too, which some
/// brokers' libraries take, for twice the work, and others do not have.
final class TlsClients {
    private static final String[] GROUPS = {"x25519", "P-256"};

    private static @Nullable SslContext full;
    private static @Nullable SslContext resuming;

    private TlsClients() {}

    /// A client's side of one connection.
    ///
    /// @param resume with the session of an earlier connection to this name, if there was one that was told to
    static synchronized SSLEngine engine(Endpoint endpoint, boolean resume) throws BenchFault {
        try {
            if (full == null || resuming == null) {
                full = context(false);
                resuming = context(true);
            }
            return (resume ? resuming : full).newEngine(PooledByteBufAllocator.DEFAULT,
                    String.valueOf(endpoint.serverName()), endpoint.address().getPort());
        } catch (SSLException e) {
            throw new BenchFault("cannot use TLS: " + e.getMessage(), e);
        }
    }

    private static SslContext context(boolean sessions) throws SSLException {
        SslContext context = SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE)
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .endpointIdentificationAlgorithm(null).protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, GROUPS).build();
        context.sessionContext().setSessionCacheSize(sessions ? 50_000 : 1);
        return context;
    }

    /// Whose TLS it is.
    static String engineName() {
        return OpenSsl.isAvailable() ? OpenSsl.versionString() : "the JDK's TLS";
    }
}
