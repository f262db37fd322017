package dev.gatehouse.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;

/// Fetches the certificate that signed another one from where its CA publishes it (RFC 5280 §4.2.2.1).
///
/// - **Limits:** one URL, plain HTTP (as the RFC wants it), no redirects, [#BYTES_MAX] bytes, the plan's timeout.
/// - **Trust:** none: whoever uses the result verifies signatures.
/// - **Errors:** none: what cannot be fetched is not there.
final class Issuers implements ChainJudge.Publisher {
    private static final int BYTES_MAX = 65_536;
    private static final int HTTP_PORT = 80;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d{1,6})\r\n");

    private final Plan plan;
    private final Network network;

    Issuers(Plan plan, Network network) {
        this.plan = plan;
        this.network = network;
    }

    /// Whether the certificate says where its issuer is published.
    static boolean isNamed(X509Certificate certificate) {
        return published(certificate) != null;
    }

    @Override
    public List<X509Certificate> issuers(X509Certificate certificate) {
        URI where = published(certificate);
        if (where == null) {
            return List.of();
        }
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(body(where)))
                    .stream().map(X509Certificate.class::cast).toList();
        } catch (IOException | CertificateException | RuntimeException e) {
            return List.of();
        }
    }

    private static @Nullable URI published(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.authorityInfoAccess.getId());
        if (extension == null) {
            return null;
        }
        try {
            var access = AuthorityInformationAccess.getInstance(ASN1OctetString.getInstance(extension).getOctets());
            return Arrays.stream(access.getAccessDescriptions())
                    .filter(one -> one.getAccessMethod().equals(AccessDescription.id_ad_caIssuers)
                            && one.getAccessLocation().getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(one -> URI.create(one.getAccessLocation().getName().toString()))
                    .filter(uri -> "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null).findFirst()
                    .orElse(null);
        } catch (RuntimeException e) {
            return null; // not what RFC 5280 says
        }
    }

    private byte[] body(URI where) throws IOException {
        Deadline deadline = Deadline.in(plan.timeout());
        InetAddress address;
        try {
            address = CompletableFuture.supplyAsync(() -> resolve(where.getHost()), Thread::startVirtualThread)
                    .orTimeout(plan.timeout().toNanos(), TimeUnit.NANOSECONDS).join();
        } catch (CompletionException e) {
            throw new IOException(e);
        }
        int port = where.getPort() < 0 ? HTTP_PORT : where.getPort();
        try (Socket socket = Dialer.connect(network.sockets(), new InetSocketAddress(address, port), deadline)) {
            String path = where.getRawPath() == null || where.getRawPath().isEmpty() ? "/" : where.getRawPath();
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\nHost: " + where.getHost()
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            byte[] all = all(socket, deadline);
            String text = new String(all, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (!text.startsWith("HTTP/1.") || !text.startsWith(" 200", 8) || end < 0) {
                throw new IOException("not there");
            }
            return Arrays.copyOfRange(all, end + 4, all.length);
        }
    }

    private InetAddress resolve(String host) {
        try {
            return network.resolver().resolve(host).getFirst();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /// To the end of what Content-Length says, or of the connection.
    private static byte[] all(Socket socket, Deadline deadline) throws IOException {
        byte[] all = new byte[BYTES_MAX];
        int count = 0;
        InputStream in = socket.getInputStream();
        while (count < all.length && !deadline.isOver() && !isWhole(all, count)) {
            socket.setSoTimeout(Math.max(1, deadline.leftMillis()));
            int read = in.read(all, count, all.length - count);
            if (read < 0) {
                break;
            }
            count += read;
        }
        return Arrays.copyOf(all, count);
    }

    private static boolean isWhole(byte[] bytes, int count) {
        String text = new String(bytes, 0, Math.min(count, 4_096), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        Matcher length = CONTENT_LENGTH.matcher(text);
        return end > 0 && length.find() && length.start() < end
                && count >= end + 4 + Integer.parseInt(length.group(1));
    }
}
