package dev.gatehouse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.client.TlsOptions;
import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.CertificateFiles;
import dev.gatehouse.tls.KeyPairAndChain;

/// How TLS is spoken with a broker: what is trusted, what is shown, which server name is sent.
final class TlsArguments {
    private static final char[] NO_PASSWORD = {};

    @Option(names = "--tls", description = "Speak TLS; implied by --cafile, --cert, --server-name, by mqtts:// and wss://, "
            + "and by port 8883.")
    private boolean tls;

    @Option(names = "--cafile", paramLabel = "FILE", description = "Trust these certificates (PEM), and no others; "
            + "without it, what the Java runtime trusts.")
    private @Nullable Path caFile;

    @Option(names = "--cert", paramLabel = "FILE", description = "The client's certificate with its chain (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The key of --cert (PEM, not encrypted).")
    private @Nullable Path key;

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
        return tls || caFile != null || certificate != null || serverName != null || noServerName || insecure
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
            return context(shown(), caFile);
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
        for (Certificate each : certificates(caFile)) {
            store.setCertificateEntry("ca-" + store.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) throws CommandFault {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new CommandFault(Exit.FAILED, "--cafile: " + file + " has no BEGIN CERTIFICATE block");
            }
            return all;
        } catch (NoSuchFileException e) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + " does not exist", e);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private KeyManager @Nullable [] shown() throws CommandFault, GeneralSecurityException, IOException {
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new CommandFault(Exit.USAGE, "--cert and --key belong together");
        }
        KeyPairAndChain pair;
        try {
            pair = CertificateFiles.read(certificate, key);
        } catch (CertificateFault fault) {
            throw new CommandFault(Exit.FAILED, String.valueOf(fault.getMessage()), fault);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", pair.key(), NO_PASSWORD, pair.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }
}
