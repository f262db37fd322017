package dev.gatehouse.doctor;

import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/// The connection as a whole program for the HiveMQ client, `Device.java`.
///
/// @param version of MQTT, 3 or 5
/// @param path of the WebSocket, without its leading slash; null without one
/// @param user null for none
/// @param certificate whether the client's certificate is shown
record JavaSnippet(int version, String host, int port, @Nullable String path, @Nullable String user, boolean encrypted,
        boolean certificate) {
    private static final String TRUSTED = """
                    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
                    roots.load(null, null);
                    try (InputStream pem = Files.newInputStream(Path.of("root.pem"))) {
                        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
                        roots.setCertificateEntry("root", certificates.generateCertificate(pem));
                    }
                    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
                    trusted.init(roots);
            """;
    private static final String SHOWN = """
                    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
                    own.load(null, null);
                    try (InputStream pem = Files.newInputStream(Path.of("client.crt"))) {
                        Certificate[] chain = CertificateFactory.getInstance("X.509")
                                .generateCertificates(pem).toArray(Certificate[]::new);
                        // "BEGIN PRIVATE KEY"; any other is made that by: openssl pkcs8 -topk8 -nocrypt
                        String key = Files.readString(Path.of("client.key")).replaceAll("-----.*-----", "");
                        own.setKeyEntry("own", KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key))),
                                new char[0], chain);
                    }
                    KeyManagerFactory shown = KeyManagerFactory.getInstance("PKIX");
                    shown.init(own, new char[0]);
            """;

    String text() {
        StringBuilder text = new StringBuilder("""
                import com.hivemq.client.mqtt.mqtt%1$d.Mqtt%1$dBlockingClient;
                import com.hivemq.client.mqtt.mqtt%1$d.Mqtt%1$dClient;
                """.formatted(version));
        imports().forEach(name -> text.append("import ").append(name).append(";\n"));
        text.append("\nclass Device {\n    public static void main(String[] args) throws Exception {\n");
        if (encrypted) {
            text.append(TRUSTED);
        }
        if (certificate) {
            text.append(SHOWN);
        }
        text.append("        Mqtt%1$dBlockingClient client = Mqtt%1$dClient.builder()\n".formatted(version));
        text.append("                .serverHost(\"" + host + "\").serverPort(" + port + ")\n");
        if (encrypted) {
            text.append("                .sslConfig().trustManagerFactory(trusted)"
                    + (certificate ? ".keyManagerFactory(shown)" : "") + ".applySslConfig()\n");
        }
        if (path != null) {
            text.append("                .webSocketConfig().serverPath(\"" + path + "\").applyWebSocketConfig()\n");
        }
        if (user != null) {
            text.append("                .simpleAuth().username(\"" + user + "\")\n"
                    + "                .password(System.getenv(\"PASSWORD\").getBytes(StandardCharsets.UTF_8))\n"
                    + "                .applySimpleAuth()\n");
        }
        return text.append("""
                                .buildBlocking();
                        System.out.println(client.connect());
                        client.disconnect();
                    }
                }
                """).toString();
    }

    private SequencedSet<String> imports() {
        SequencedSet<String> names = new TreeSet<>();
        if (user != null) {
            names.add("java.nio.charset.StandardCharsets");
        }
        if (encrypted) {
            names.addAll(List.of("java.io.InputStream", "java.nio.file.Files", "java.nio.file.Path",
                    "java.security.KeyStore", "java.security.cert.CertificateFactory",
                    "javax.net.ssl.TrustManagerFactory"));
        }
        if (certificate) {
            names.addAll(List.of("java.security.KeyFactory", "java.security.cert.Certificate",
                    "java.security.spec.PKCS8EncodedKeySpec", "java.util.Base64", "javax.net.ssl.KeyManagerFactory"));
        }
        return names;
    }
}
