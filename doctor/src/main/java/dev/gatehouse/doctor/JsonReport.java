package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gatehouse.diagnosis.Verdict;
import dev.gatehouse.mqtt.Version;

/// The report for programs. The shape is documented in `docs/doctor.md`; fields are added and never change.
public final class JsonReport {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonReport() {}

    /// One line of JSON.
    public static String of(Report report, Judgement judgement) {
        ObjectNode root = NODES.objectNode();
        root.put("url", report.plan().url().toString());
        root.put("when", report.when().toString());
        root.put("healthy", judgement.isHealthy());
        root.put("stage", judgement.stage() == null ? null : judgement.stage().id());
        root.put("decided", judgement.isDecided());
        judgement.verdicts().forEach(verdict -> root.withArray("/verdicts").add(verdict(verdict)));
        root.withArray("/verdicts");
        ArrayNode collect = root.withArray("/collect");
        judgement.verdicts().stream().flatMap(verdict -> verdict.collectNext().stream()).distinct()
                .forEach(collect::add);
        strings(root, "remarks", judgement.remarks());
        ArrayNode steps = root.withArray("/steps");
        report.results().forEach(result -> steps.add(step(result)));
        Needs needs = Needs.of(report);
        root.set("needs", needs(report, needs));
        if (judgement.isHealthy()) {
            ObjectNode snippets = root.putObject("snippets");
            Snippets.of(report.plan(), needs).forEach(snippets::put);
        }
        return root.toString();
    }

    private static ObjectNode verdict(Verdict verdict) {
        ObjectNode node = NODES.objectNode();
        node.put("cause", verdict.cause().id());
        node.put("confidence", verdict.certainty().id());
        node.put("title", verdict.title());
        node.put("fix", verdict.fix());
        ArrayNode evidence = node.putArray("evidence");
        verdict.evidence().forEach(fact -> evidence.addObject().put("step", fact.factIndex()).put("text", fact.text()));
        strings(node, "collect", verdict.collectNext());
        return node;
    }

    private static ObjectNode step(Result result) {
        ObjectNode node = NODES.objectNode();
        node.put("kind", switch (result) {
            case Result.Resolved _,Result.NotResolved _ -> "name";
            case Result.Connected _,Result.NotConnected _ -> "tcp";
            case Result.Spoke _ -> "answers";
            case Result.Handshake _ -> "tls-handshake";
            case Result.VersionTried _ -> "tls-version";
            case Result.ChainJudged _ -> "chain";
            case Result.Resumption _ -> "tls-resumption";
            case Result.Upgrade _ -> "websocket";
            case Result.Connect _ -> "connect";
            case Result.Ping _ -> "ping";
            case Result.Latency _ -> "latency";
            case Result.Waited _ -> "waited";
            case Result.Subscribed _ -> "subscribe";
            case Result.RoundTrip _ -> "publish";
            case Result.Skipped _ -> "skipped";
        });
        node.put("ok", ok(result));
        node.put("ms", result.took().toNanos() / 1e6);
        node.put("text", Sentence.of(result));
        return node;
    }

    private static boolean ok(Result result) {
        return switch (result) {
            case Result.Resolved _,Result.Connected _,Result.Resumption _,Result.Skipped _ -> true;
            case Result.NotResolved _,Result.NotConnected _ -> false;
            case Result.Spoke(_, Reply reply, _) -> reply instanceof Reply.Answered;
            case Result.Handshake(_, _, TlsOutcome outcome, _) -> outcome instanceof TlsOutcome.Done;
            case Result.VersionTried tried -> tried.accepted();
            case Result.ChainJudged(ChainReport chain, _) -> chain.problems().isEmpty();
            case Result.Upgrade upgrade -> upgrade.problem() == null;
            case Result.Connect connect -> connect.outcome() instanceof ConnectOutcome.Accepted;
            case Result.Ping(String problem, _) -> problem == null;
            case Result.Latency _ -> true;
            case Result.Waited(Reply reply, _) -> reply instanceof Reply.Silent;
            case Result.Subscribed subscribed -> subscribed.problem() == null;
            case Result.RoundTrip trip -> trip.problem() == null;
        };
    }

    private static ObjectNode needs(Report report, Needs needs) {
        ObjectNode node = NODES.objectNode();
        optional(node, "serverNameRequired", needs.serverName());
        node.put("serverName", report.plan().url().scheme().encrypted() ? report.plan().nameToSend() : null);
        strings(node, "tlsVersions", needs.tlsVersions());
        strings(node, "mqttVersions", needs.mqttVersions().stream().map(Version::toString).toList());
        strings(node, "mqttVersionsRefused", needs.refusedVersions().stream().map(Version::toString).toList());
        strings(node, "mqttVersionsUnanswered", needs.unansweredVersions().stream().map(Version::toString).toList());
        optional(node, "credentialsRequired", needs.credentials());
        node.put("clientCertificateAsked", needs.clientCertificate());
        optional(node, "sessionResumption", needs.resumption());
        node.put("chainBytes", needs.chainBytes());
        node.put("certificateMessageBytes", needs.messageBytes());
        node.put("largestRecordBytes", needs.largestRecordBytes());
        ArrayNode records = node.putArray("recordBytes");
        needs.recordBytes().forEach(records::add);
        node.put("handshakeBytes", needs.handshakeBytes());
        strings(node, "keys", needs.keys());
        node.put("alpn", needs.alpn());
        strings(node, "limits", needs.limits());
        X509Certificate root = needs.root();
        if (root == null) {
            node.putNull("root");
        } else {
            node.putObject("root").put("subject", ChainJudge.subject(root)).put("key", Needs.key(root))
                    .put("notAfter", root.getNotAfter().toInstant().toString()).put("pem", Pem.of(root));
        }
        return node;
    }

    private static void optional(ObjectNode node, String name, Optional<Boolean> value) {
        if (value.isPresent()) {
            node.put(name, value.get());
        } else {
            node.putNull(name);
        }
    }

    private static void strings(ObjectNode node, String name, List<String> values) {
        ArrayNode array = node.putArray(name);
        values.forEach(array::add);
    }
}
