package dev.gatehouse.tls;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.tls.RecordTap.Alert;
import dev.gatehouse.tls.RecordTap.ContentType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

/// Real handshakes of both engines with clients of both engines.
class ServerTlsTest {
    @TempDir
    static Path folder;

    private static DevelopmentAuthority authority;
    private static KeyPairAndChain pair;

    @BeforeAll
    static void makeCertificate() throws CertificateFault {
        authority = new DevelopmentAuthority(folder, InstantSource.system(), new SecureRandom());
        pair = authority.certificateFor("mq.test");
    }

    static List<SslProvider> engines() {
        return OpenSsl.isAvailable() ? List.of(SslProvider.JDK, SslProvider.OPENSSL) : List.of(SslProvider.JDK);
    }

    static Stream<Arguments> combinations() {
        return engines().stream().flatMap(server -> engines().stream().flatMap(
                client -> Stream.of("TLSv1.3", "TLSv1.2").map(version -> Arguments.of(server, client, version))));
    }

    private static SslContextBuilder client(SslProvider provider) {
        return SslContextBuilder.forClient().sslProvider(provider);
    }

    @Test
    void boringssl_is_chosen_where_its_library_is_in_this_build() {
        ServerTls.Engine engine = ServerTls.choose();
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeThat(platform).isIn("Linux amd64", "Linux aarch64");

        assertThat(engine.provider()).as("%s", engine).isEqualTo(SslProvider.OPENSSL);
        assertThat(engine.description()).contains("BoringSSL");
        assertThat(engine.whyNotNative()).isNull();
    }

    @ParameterizedTest(name = "server {0}, client {1}, {2}")
    @MethodSource("combinations")
    void a_client_that_trusts_the_ca_and_names_the_host_gets_through(SslProvider server, SslProvider client,
            String version) throws Exception {
        SslContext context = client(client).trustManager(authority.caFile().toFile()).protocols(version)
                .endpointIdentificationAlgorithm("HTTPS").build();

        Handshake handshake = new Handshake(ServerTls.context(pair, server), context, "acme.mq.test");

        assertThat(handshake.succeeded()).as("%s %s", handshake.clientErrors, handshake.serverErrors).isTrue();
        assertThat(handshake.version()).isEqualTo(version);
        assertThat(handshake.fromClient.alert()).isNull();
        assertThat(handshake.fromClient.records(ContentType.HANDSHAKE)).isPositive();
        ClientHello hello = ClientHelloParserTest.complete(handshake.clientBytes);
        assertThat(hello.serverName()).isEqualTo(new ServerName.HostName("acme.mq.test", "acme.mq.test"));
        assertThat(hello.highestVersion()).isEqualTo(version.equals("TLSv1.3") ? 0x0304 : 0x0303);
        assertThat(hello.remarks()).isEmpty();
        handshake.close();
    }

    @ParameterizedTest(name = "server {0}, client {1}, {2}")
    @MethodSource("combinations")
    void the_alert_of_a_client_that_distrusts_the_ca_is_found(SslProvider server, SslProvider client, String version)
            throws Exception {
        Handshake handshake = new Handshake(ServerTls.context(pair, server),
                client(client).protocols(version).build(), "acme.mq.test");

        // BoringSSL is driven by Netty 4.2.18 here, which has no better word for what Java's trust manager throws.
        TlsAlert expected = client == SslProvider.JDK ? TlsAlert.CERTIFICATE_UNKNOWN : TlsAlert.INTERNAL_ERROR;
        assertThat(handshake.succeeded()).isFalse();
        assertThat(handshake.serverErrors).isNotEmpty()
                .allSatisfy(error -> assertThat(EngineAlert.received(error)).isEqualTo(expected));
        if (version.equals("TLSv1.3")) {
            assertThat(handshake.fromClient.alert()).as("these two clients encrypt it").isNull();
        } else {
            assertThat(handshake.fromClient.alert()).isEqualTo(new Alert.Plain(2, expected.number(), 1, 0));
        }
        handshake.close();
    }

    /// What OpenSSL 3 sends after ServerHello when it does not trust the CA, byte for byte; the client's own flight is left out.
    @ParameterizedTest
    @MethodSource("engines")
    void a_plaintext_alert_in_tls_1_3_is_seen_whatever_the_engine_makes_of_it(SslProvider provider) throws Exception {
        RecordTap tap = new RecordTap();
        EmbeddedChannel server = new EmbeddedChannel(
                ServerTls.context(pair, provider).newHandler(UnpooledByteBufAllocator.DEFAULT));
        server.writeInbound(Unpooled.wrappedBuffer(HelloBytes.captured("openssl-3.0-sni-alpn")));
        ByteBuf alert = Unpooled.wrappedBuffer(new byte[]{21, 3, 3, 0, 2, 2, 48});
        tap.see(alert);
        Throwable reported = catchThrowable(() -> {
            server.writeInbound(alert);
            server.checkException();
        });

        assertThat(reported).isNotNull();
        if (provider == SslProvider.JDK) {
            assertThat(EngineAlert.received(reported)).as("the JDK does not see it").isNull();
        }
        assertThat(tap.alert()).isEqualTo(new Alert.Plain(2, 48, 0, 0));
        releaseOutbound(server);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("oldHellos")
    void tls_1_0_and_1_1_are_refused_with_protocol_version__RFC_8996(SslProvider provider, String hello)
            throws Exception {
        RecordTap tap = new RecordTap();
        EmbeddedChannel server = new EmbeddedChannel(
                ServerTls.context(pair, provider).newHandler(UnpooledByteBufAllocator.DEFAULT));
        try {
            server.writeInbound(Unpooled.wrappedBuffer(HelloBytes.captured(hello)));
        } catch (Exception expected) {
            assertThat(expected).hasMessageMatching("(?is).*(protocol|version).*");
        }
        for (ByteBuf out = server.readOutbound(); out != null; out = server.readOutbound()) {
            tap.see(out);
            out.release();
        }

        assertThat(tap.alert()).isEqualTo(new Alert.Plain(2, TlsAlert.PROTOCOL_VERSION.number(), 0, 0));
        releaseOutbound(server);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void with_tls_1_3_only_a_client_of_tls_1_2_is_refused_with_protocol_version(SslProvider provider) throws Exception {
        SslContext only12 = client(SslProvider.JDK).trustManager(authority.caFile().toFile()).protocols("TLSv1.2")
                .build();
        SslContext only13 = client(SslProvider.JDK).trustManager(authority.caFile().toFile()).protocols("TLSv1.3")
                .build();

        Handshake refused = new Handshake(ServerTls.context(pair, provider, true), only12, "acme.mq.test");
        Handshake accepted = new Handshake(ServerTls.context(pair, provider, true), only13, "acme.mq.test");

        assertThat(refused.fromServer.alert())
                .isEqualTo(new Alert.Plain(2, TlsAlert.PROTOCOL_VERSION.number(), 0, 0));
        assertThat(accepted.version()).isEqualTo("TLSv1.3");
        refused.close();
        accepted.close();
    }

    static Stream<Arguments> oldHellos() {
        return engines().stream().flatMap(engine -> Stream.of("openssl-3.0-tls10", "openssl-3.0-tls11")
                .map(hello -> Arguments.of(engine, hello)));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void a_client_with_old_suites_only_is_refused_with_handshake_failure(SslProvider provider) throws Exception {
        SslContext old = client(SslProvider.JDK).trustManager(authority.caFile().toFile()).protocols("TLSv1.2")
                .ciphers(List.of("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")).build();

        Handshake handshake = new Handshake(ServerTls.context(pair, provider), old, "acme.mq.test");

        assertThat(handshake.succeeded()).isFalse();
        assertThat(handshake.serverErrors).isNotEmpty()
                .allSatisfy(error -> assertThat(EngineAlert.received(error)).as("ours, not theirs").isNull());
        assertThat(handshake.fromServer.alert()).isInstanceOfSatisfying(Alert.Plain.class,
                plain -> assertThat(plain.alert()).isEqualTo(TlsAlert.HANDSHAKE_FAILURE));
        handshake.close();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void only_authenticated_encryption_with_forward_secrecy_is_offered(SslProvider provider) throws Exception {
        List<String> suites = ServerTls.context(pair, provider).cipherSuites();

        assertThat(suites).contains("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256").noneMatch(suite -> suite.contains("CBC"))
                .allMatch(suite -> suite.contains("GCM") || suite.contains("CHACHA20"))
                .noneMatch(suite -> suite.startsWith("TLS_RSA"));
    }

    /// With the JDK as client: Netty's BoringSSL client keeps sessions by the name and port it was told, and has none here.
    @ParameterizedTest(name = "server {0}, {1}")
    @MethodSource("enginesAndVersions")
    void a_second_connection_resumes_the_session_of_the_first(SslProvider server, String version) throws Exception {
        SslContext serverContext = ServerTls.context(pair, server);
        SslContext clientContext = client(SslProvider.JDK).trustManager(authority.caFile().toFile()).protocols(version)
                .build();

        Handshake first = new Handshake(serverContext, clientContext, "acme.mq.test");
        first.greet();
        first.close();
        Handshake second = new Handshake(serverContext, clientContext, "acme.mq.test");

        assertThat(second.succeeded()).isTrue();
        ClientHello hello = ClientHelloParserTest.complete(second.clientBytes);
        assertThat(version.equals("TLSv1.3") ? hello.preSharedKey() : hello.sessionTicket()).isTrue();
        assertThat(hello.summary()).contains("resumes a session");
        assertThat(second.fromServer.payloadBytes(ContentType.HANDSHAKE)
                + second.fromServer.payloadBytes(ContentType.APPLICATION_DATA))
                .as("a resumed handshake sends no certificate").isLessThan(pairBytes());
        assertThat(first.resumption.isResumed()).isFalse();
        assertThat(second.resumption.isResumed()).isTrue();
        second.close();
    }

    static Stream<Arguments> enginesAndVersions() {
        return engines().stream()
                .flatMap(engine -> Stream.of("TLSv1.3", "TLSv1.2").map(version -> Arguments.of(engine, version)));
    }

    private static long pairBytes() {
        return pair.chain().stream().mapToLong(certificate -> {
            try {
                return certificate.getEncoded().length;
            } catch (CertificateEncodingException e) {
                throw new AssertionError(e);
            }
        }).sum();
    }

    @Test
    void the_suites_named_here_have_names_in_the_table() throws Exception {
        SslContext everything = client(SslProvider.JDK).build();
        Handshake handshake = new Handshake(ServerTls.context(pair, SslProvider.JDK), everything, null);

        ClientHello hello = ClientHelloParserTest.complete(handshake.clientBytes);
        assertThat(hello.serverName()).isEqualTo(new ServerName.Absent());
        assertThat(hello.cipherSuites().stream().map(TlsNames::cipherSuite)).noneMatch(name -> name.startsWith("0x"));
        assertThat(hello.groups().stream().map(TlsNames::group)).noneMatch(name -> name.startsWith("0x"));
        assertThat(hello.signatureAlgorithms().stream().map(TlsNames::signatureAlgorithm))
                .noneMatch(name -> name.startsWith("0x"));
        assertThat(hello.extensions().stream().map(TlsNames::extension)).noneMatch(name -> name.startsWith("0x"));
        handshake.close();
    }

    private static void releaseOutbound(EmbeddedChannel channel) {
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            ReferenceCountUtil.release(out);
        }
    }
}
