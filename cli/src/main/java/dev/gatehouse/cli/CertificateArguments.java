package dev.gatehouse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.CertificateFiles;
import dev.gatehouse.tls.KeyPairAndChain;

/// Certificates from files, for every command that speaks TLS: what to trust, and what to show.
final class CertificateArguments {
    private static final char[] NO_PASSWORD = {};

    @Option(names = "--cafile", paramLabel = "FILE", description = "PEM with the root certificates to trust. pub and sub "
            + "then trust no others; doctor also knows the system's.")
    private @Nullable Path caFile;

    @Option(names = "--cert", paramLabel = "FILE", description = "PEM with the client's certificate and its chain.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM with the key of --cert, not encrypted.")
    private @Nullable Path key;

    /// Whether one of the options is given.
    boolean given() {
        return caFile != null || certificate != null || key != null;
    }

    @Nullable
    Path caFile() {
        return caFile;
    }

    /// What is in --cafile; empty without it.
    List<X509Certificate> roots() throws CommandFault {
        return caFile == null ? List.of() : certificates(caFile);
    }

    /// At least one.
    static List<X509Certificate> certificates(Path file) throws CommandFault {
        if (Files.isDirectory(file)) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + " is a folder: name the file in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
            if (all.isEmpty()) {
                throw new CommandFault(Exit.FAILED, "--cafile: " + file + " has no BEGIN CERTIFICATE block");
            }
            return all;
        } catch (NoSuchFileException e) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + " does not exist", e);
        } catch (CertificateException e) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + (isKey(file)
                    ? " has a key and no certificate"
                    : " is no file of certificates (PEM or DER): " + e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, "--cafile: " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isKey(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(" PRIVATE KEY-----");
        } catch (IOException e) {
            return false;
        }
    }

    /// Shows the client's certificate; null when there is none.
    KeyManager @Nullable [] shown() throws CommandFault {
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new CommandFault(Exit.USAGE,
                    "--cert and --key belong together: " + (key == null ? "--key" : "--cert") + " is missing");
        }
        try {
            KeyPairAndChain pair = CertificateFiles.read(certificate, key);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", pair.key(), NO_PASSWORD, pair.chain().toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (CertificateFault fault) {
            throw new CommandFault(Exit.FAILED, String.valueOf(fault.getMessage()), fault);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("a key store in memory", e);
        }
    }
}
