package dev.gatehouse.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import dev.gatehouse.bench.BenchFault;

/// A key (ECDSA on P-256) and a certificate that it signs itself, for brokers that bring none, in the two forms they read.
///
/// @param store PKCS#12, with [#PASSWORD]
record KeyMaterial(Path store, Path certificate, Path key) {
    static final String PASSWORD = "benchmark";
    private static final String ALIAS = "bench";

    /// That of this run, made with the JDK's `keytool` when it is asked for first.
    static KeyMaterial of(Folders folders) throws BenchFault, InterruptedException {
        Path folder = folders.make("tls").toAbsolutePath();
        KeyMaterial material = new KeyMaterial(folder.resolve("server.p12"), folder.resolve("server.crt"),
                folder.resolve("server.key"));
        if (!Files.exists(material.key)) {
            material.make(folders);
        }
        return material;
    }

    private void make(Folders folders) throws BenchFault, InterruptedException {
        try {
            Process keytool = new ProcessBuilder(folders.javaHome().resolve("bin").resolve("keytool").toString(),
                    "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30",
                    "-dname", "CN=bench.test", "-ext", "san=dns:bench.bench.test", "-storetype", "PKCS12",
                    "-keystore", store.toString(), "-storepass", PASSWORD).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new BenchFault("keytool of the JDK did not make a key");
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Folders.write(certificate, pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            Folders.write(key, pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new BenchFault("cannot make a key for TLS: " + e.getMessage(), e);
        }
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }
}
