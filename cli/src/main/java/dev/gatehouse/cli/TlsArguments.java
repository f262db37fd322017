package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.client.TlsOptions;

/// How TLS is spoken with a broker: what is trusted, what is shown, which server name is sent.
final class TlsArguments {
    @Option(names = "--tls", description = "Speak TLS; implied by --cafile, --cert, --server-name, by mqtts:// and wss://, "
            + "and by port 8883.")
    private boolean tls;

    @Mixin
    private CertificateArguments files = new CertificateArguments();

    @Option(names = "--server-name", paramLabel = "NAME", description = "The server name to send (SNI), for which the "
            + "certificate has to be; the host's if not given.")
    private @Nullable String serverName;

    @Option(names = "--no-server-name", description = "Send no server name, as some devices do; the certificate is checked "
            + "all the same.")
    private boolean noServerName;

    @Option(names = "--insecure", description = "Accept a certificate that is for another host name. Whoever is between "
            + "can then read everything, the password included.")
    private boolean insecure;

    @Option(names = "--tls-version", paramLabel = "VERSION", description = "tlsv1.2 or tlsv1.3 only.")
    private @Nullable String version;

    /// Whether one of the options asks for TLS.
    boolean asked() {
        return tls || files.given() || serverName != null || noServerName || insecure
                || version != null;
    }

    /// @param host that is connected to
    TlsOptions options(String host) throws CommandFault {
        if (serverName != null && noServerName) {
            throw new CommandFault(Exit.USAGE, "--server-name and --no-server-name contradict each other");
        }
        TlsOptions usual = TlsOptions.of(context().getSocketFactory(), serverName == null ? host : serverName);
        return new TlsOptions(usual.factory(), noServerName ? null : usual.serverName(),
                insecure ? null : usual.verifiedName(), protocols(), List.of());
    }

    private List<String> protocols() throws CommandFault {
        return switch (version) {
            case null -> List.of();
            case "tlsv1.2", "1.2" -> List.of("TLSv1.2");
            case "tlsv1.3", "1.3" -> List.of("TLSv1.3");
            default -> throw new CommandFault(Exit.USAGE, "--tls-version is tlsv1.2 or tlsv1.3, not " + version);
        };
    }

    private SSLContext context() throws CommandFault {
        try {
            return context(files.shown(), files.caFile());
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandFault(Exit.FAILED, "TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /// A context that trusts what is in this file; without one, what the Java runtime trusts.
    static SSLContext context(KeyManager @Nullable [] shown, @Nullable Path caFile)
            throws CommandFault, GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown, caFile == null ? null : trusted(caFile), null);
        return context;
    }

    private static TrustManager[] trusted(Path caFile)
            throws CommandFault, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (Certificate each : CertificateArguments.certificates(caFile)) {
            store.setCertificateEntry("ca-" + store.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
