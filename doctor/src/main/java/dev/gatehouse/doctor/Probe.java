package dev.gatehouse.doctor;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import dev.gatehouse.mqtt.Version;

/// Goes the way of a connection stage by stage, against any broker, and reports what it finds.
///
/// - **Shape:** [Plan] → [Report]; [Judgement#of(Report)] makes verdicts of it.
/// - **Threads:** the caller's, and virtual ones that end with [#run].
/// - **Errors:** none: whatever a server does becomes a [Result]. Each step takes at most the plan's timeout.
public final class Probe {
    private final Plan plan;
    private final Network network;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param clock by which certificates are judged
    /// @param random for nonces, client ids and the scratch topic
    public Probe(Plan plan, Network network, InstantSource clock, RandomGenerator random) {
        this.plan = plan;
        this.network = network;
        this.clock = clock;
        this.random = random;
    }

    /// Runs all stages, as far as they go.
    public Report run(Progress progress) {
        Notes notes = new Notes(progress);
        Instant now = clock.instant();
        stages(notes, now);
        return new Report(plan, network.words(), now, notes.results());
    }

    private void stages(Notes notes, Instant now) {
        InetSocketAddress address = new NameAndTcp(plan, network, notes).run();
        if (address == null) {
            return;
        }
        Way way = new Way(plan, network, address, random);
        boolean answers = new Detection(plan, way, notes).run();
        boolean encrypted = plan.url().scheme().encrypted();
        TlsProbe tls = new TlsProbe(plan, way, notes);
        if (encrypted && !((answers || nothingSaid(notes)) && tls.run(now))) {
            return;
        }
        if (!answers && !encrypted && !nothingSaid(notes)) {
            return;
        }
        if (!mayGoOn(notes)) {
            notes.add(new Result.Skipped("MQTT", "the server's certificate could not be verified, and the password is "
                    + "sent to nobody unverified (--cafile says what to trust, --insecure goes on all the same)"));
            return;
        }
        MqttProbe mqtt = new MqttProbe(plan, way, notes);
        if (plan.url().scheme().webSocket() && !mqtt.webSocket()) {
            return;
        }
        Optional<Version> best = mqtt.connects();
        if (best.isPresent()) {
            session(mqtt, notes, best.get());
        } else if (notes.results().stream().noneMatch(result -> result instanceof Result.Connect connect
                && connect.outcome() instanceof ConnectOutcome.Refused)) {
            mqtt.webSocketInstead();
            if (encrypted && endedWithoutAnswer(notes)) {
                mqtt.waiting();
            }
        }
        if (encrypted) {
            tls.resumption();
        }
    }

    /// A server that closes on the probe's first bytes may answer the real ones; one that is silent to everything is not
    /// asked again.
    private static boolean nothingSaid(Notes notes) {
        List<Reply> replies = notes.results().stream().filter(Result.Spoke.class::isInstance)
                .map(spoke -> ((Result.Spoke) spoke).reply()).toList();
        return replies.stream().noneMatch(Reply.Answered.class::isInstance)
                && !replies.stream().allMatch(Reply.Silent.class::isInstance);
    }

    private static boolean endedWithoutAnswer(Notes notes) {
        return notes.results().stream().anyMatch(result -> result instanceof Result.Connect connect
                && connect.outcome() instanceof ConnectOutcome.Ended);
    }

    private boolean mayGoOn(Notes notes) {
        return plan.insecure() || !plan.hasCredentials() || notes.results().stream().noneMatch(
                result -> result instanceof Result.ChainJudged(ChainReport chain, _) && !chain.problems().isEmpty());
    }

    private void session(MqttProbe mqtt, Notes notes, Version version) {
        try (MqttProbe.Opened opened = mqtt.open(version, true,
                plan.url().scheme().encrypted() ? plan.nameToSend() : null)) {
            if (opened.link() != null && opened.outcome() instanceof ConnectOutcome.Accepted(var connack)) {
                new SessionProbe(plan, notes, opened.link(), connack, mqtt.topic())
                        .run(List.of(mqtt.payload(), mqtt.payload(), mqtt.payload()));
            } else {
                notes.add(new Result.Connect(version, plan.hasCredentials(),
                        plan.url().scheme().encrypted() ? plan.nameToSend() : null, opened.outcome(),
                        java.time.Duration.ZERO));
            }
        }
    }
}
