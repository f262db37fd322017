package dev.gatehouse.doctor;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

import org.jspecify.annotations.Nullable;

/// A TLS client that accepts every chain and remembers it, so that it can be judged afterwards, and that notices when
/// it is asked for a certificate.
///
/// Whoever uses it must judge the chain before anything secret is sent.
///
/// - **Threads:** one handshake at a time.
final class TlsParts {
    private final SSLContext context;
    private List<X509Certificate> chain = List.of();
    private boolean asked;

    /// @param own shows the client's certificate; null for none
    TlsParts(@Nullable KeyManager own) {
        try {
            context = SSLContext.getInstance("TLS");
            X509ExtendedKeyManager certificate = own instanceof X509ExtendedKeyManager there ? there : null;
            context.init(new KeyManager[]{new Asked(certificate)}, new TrustManager[]{new Remembering()}, null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has TLS", e);
        }
    }

    SSLSocketFactory factory() {
        return context.getSocketFactory();
    }

    void forget() {
        chain = List.of();
        asked = false;
    }

    /// The chain of the last handshake; empty when it was resumed.
    List<X509Certificate> chain() {
        return chain;
    }

    /// Whether the server asked for a client certificate in the last handshake.
    boolean asked() {
        return asked;
    }

    /// What the system trusts.
    static List<X509Certificate> systemRoots() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            List<X509Certificate> roots = new ArrayList<>();
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trusting) {
                    roots.addAll(Arrays.asList(trusting.getAcceptedIssuers()));
                }
            }
            return roots;
        } catch (GeneralSecurityException e) {
            return List.of();
        }
    }

    private final class Remembering extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType, Socket socket) {
            chain = List.of(presented);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType, SSLEngine engine) {
            chain = List.of(presented);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] presented, String authType) {
            chain = List.of(presented);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType, Socket socket) {
            throw new AssertionError("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType, SSLEngine engine) {
            throw new AssertionError("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] presented, String authType) {
            throw new AssertionError("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private final class Asked extends X509ExtendedKeyManager {
        private final @Nullable X509ExtendedKeyManager own;

        Asked(@Nullable X509ExtendedKeyManager own) {
            this.own = own;
        }

        @Override
        @SuppressWarnings("NullAway") // the JDK takes null for "none"
        public String chooseClientAlias(String[] keyTypes, java.security.Principal[] issuers, Socket socket) {
            asked = true;
            if (own == null) {
                return null;
            }
            // With the only certificate there is, also when the server names other issuers: let it say what is wrong.
            String fitting = own.chooseClientAlias(keyTypes, issuers, socket);
            return fitting != null ? fitting : own.chooseClientAlias(keyTypes, null, socket);
        }

        @Override
        @SuppressWarnings("NullAway")
        public String[] getClientAliases(String keyType, java.security.Principal[] issuers) {
            return own == null ? null : own.getClientAliases(keyType, issuers);
        }

        @Override
        @SuppressWarnings("NullAway")
        public String[] getServerAliases(String keyType, java.security.Principal[] issuers) {
            return null;
        }

        @Override
        @SuppressWarnings("NullAway")
        public String chooseServerAlias(String keyType, java.security.Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        @SuppressWarnings("NullAway")
        public X509Certificate[] getCertificateChain(String alias) {
            return own == null ? null : own.getCertificateChain(alias);
        }

        @Override
        @SuppressWarnings("NullAway")
        public java.security.PrivateKey getPrivateKey(String alias) {
            return own == null ? null : own.getPrivateKey(alias);
        }
    }
}
