package dev.gatehouse.doctor;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.tls.TlsNames;

/// TLS as the device would speak it, with the other choice of server name, with each version, with ALPN, and again.
final class TlsProbe {
    private static final String ALPN = "mqtt";

    private final Plan plan;
    private final Way way;
    private final Notes notes;

    TlsProbe(Plan plan, Way way, Notes notes) {
        this.plan = plan;
        this.way = way;
        this.notes = notes;
    }

    /// Whether the handshake succeeds as the device would make it.
    boolean run(Instant now) {
        String name = plan.nameToSend();
        TlsOutcome own = shake(name, "");
        String other = otherName();
        if (name != null || other != null) {
            shake(name == null ? other : null, "");
        }
        versions(name);
        if (!(own instanceof TlsOutcome.Done done)) {
            shake(name, ALPN);
            return false;
        }
        notes.begins("judging the certificates");
        long start = System.nanoTime();
        List<X509Certificate> chain = done.chain();
        if (!chain.isEmpty()) {
            notes.add(new Result.ChainJudged(ChainJudge.judge(chain, plan.nameToVerify(), plan.roots(),
                    TlsParts.systemRoots(), now, way.issuers()), Notes.since(start)));
        }
        shake(name, ALPN);
        return true;
    }

    /// What would be sent if a name were.
    private @Nullable String otherName() {
        return Plan.isAddress(plan.url().host()) ? null : plan.url().host();
    }

    private TlsOutcome shake(@Nullable String serverName, String alpn) {
        notes.begins(
                "TLS handshake " + (serverName == null ? "without a server name" : "with server name " + serverName)
                        + (alpn.isEmpty() ? "" : " and ALPN " + alpn));
        long start = System.nanoTime();
        // With a context of its own: a resumed session would show no chain.
        Way.Secured secured = way.secure(new TlsParts(plan.clientCertificate()), serverName, alpn, way.deadline());
        notes.add(new Result.Handshake(serverName, alpn, secured.outcome(), Notes.since(start)));
        close(secured.socket());
        return secured.outcome();
    }

    private void versions(@Nullable String serverName) {
        notes.begins("trying each TLS version");
        Stream.of(RawHello.TLS_1_0, RawHello.TLS_1_1, RawHello.TLS_1_2, RawHello.TLS_1_3)
                .map(version -> CompletableFuture.supplyAsync(() -> version(version, serverName),
                        Thread::startVirtualThread))
                .toList().forEach(found -> notes.add(found.join()));
    }

    private Result.VersionTried version(int version, @Nullable String serverName) {
        long start = System.nanoTime();
        Deadline deadline = way.deadline();
        String shown = TlsNames.version(version);
        try (Socket socket = way.socket(deadline)) {
            Conversation.Heard heard = Conversation.hold(socket, RawHello.of(version, serverName, way.random()),
                    (bytes, count) -> !(HelloAnswer.read(bytes, count) instanceof HelloAnswer.Incomplete), deadline);
            return switch (HelloAnswer.read(heard.heard().shared(), heard.heard().length())) {
                case HelloAnswer.Agreed(int agreed, int suite) when agreed == version ->
                    new Result.VersionTried(shown, true, TlsNames.cipherSuite(suite), Notes.since(start));
                case HelloAnswer.Agreed(int agreed, _) -> new Result.VersionTried(shown, false,
                        "answers with " + TlsNames.version(agreed), Notes.since(start));
                case HelloAnswer.Alert alert -> new Result.VersionTried(shown, false, "alert " + alert.name(),
                        Notes.since(start));
                case HelloAnswer.NotTls _,HelloAnswer.Incomplete _ -> new Result.VersionTried(shown, false,
                        Sentence.reply(heard.reply()), Notes.since(start));
            };
        } catch (IOException e) {
            return new Result.VersionTried(shown, false, String.valueOf(e.getMessage()), Notes.since(start));
        }
    }

    /// Whether a further handshake can be short. Comes last: the tickets of TLS 1.3 arrive with what is read.
    void resumption() {
        notes.begins("TLS handshake once more, to resume the session");
        long start = System.nanoTime();
        Way.Secured secured = way.secure(way.tls(), plan.nameToSend(), "", way.deadline());
        if (secured.socket() != null) {
            notes.add(new Result.Resumption(way.tls().chain().isEmpty(), Notes.since(start)));
        }
        close(secured.socket());
    }

    private static void close(@Nullable SSLSocket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // What was to be found out is found out.
            }
        }
    }
}
