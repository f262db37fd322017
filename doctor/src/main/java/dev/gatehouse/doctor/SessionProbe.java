package dev.gatehouse.doctor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.PacketLink;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// What an open connection is good for: PINGREQ, SUBSCRIBE, and a message there and back with each QoS.
final class SessionProbe {
    /// How long a message that is acknowledged may take to come back.
    private static final Duration RETURNING_MAX = Duration.ofSeconds(2);
    private static final int SUBSCRIBE_ID = 1;
    private static final int PINGS = 9;
    private static final Duration MEASURING_MAX = Duration.ofSeconds(1);

    private final Plan plan;
    private final Notes notes;
    private final PacketLink link;
    private final Packet.Connack connack;
    private final String topic;

    SessionProbe(Plan plan, Notes notes, PacketLink link, Packet.Connack connack, String topic) {
        this.plan = plan;
        this.notes = notes;
        this.link = link;
        this.connack = connack;
        this.topic = topic;
    }

    /// @param payloads one per QoS, all different
    void run(List<byte[]> payloads) {
        if (ping()) {
            latency();
        }
        boolean subscribed = subscribe();
        Qos highest = connack.properties().maximumQos();
        for (Qos qos : Qos.values()) {
            if (highest != null && qos.compareTo(highest) > 0) {
                notes.add(new Result.Skipped("QoS " + qos.level(), "the server offers QoS " + highest.level()
                        + " at most"));
            } else if (!trip(qos, payloads.get(qos.level()), subscribed)) {
                return;
            }
        }
    }

    private Deadline deadline() {
        return Deadline.in(plan.timeout());
    }

    private boolean ping() {
        notes.begins("PINGREQ");
        long start = System.nanoTime();
        String problem = null;
        try {
            problem = answered(deadline()) ? null : "the server closed the connection";
        } catch (IOException | ProtocolViolation e) {
            problem = words(e);
        }
        notes.add(new Result.Ping(problem, Notes.since(start)));
        return problem == null;
    }

    /// Whether PINGRESP came, and not the end.
    private boolean answered(Deadline deadline) throws IOException {
        link.send(new Packet.Pingreq(), deadline);
        Packet answer = link.read(deadline);
        while (answer != null && !(answer instanceof Packet.Pingresp)) {
            answer = link.read(deadline);
        }
        return answer != null;
    }

    /// As many round trips as fit into a second. One that fails ends the measuring: what follows will tell why.
    private void latency() {
        notes.begins("PINGREQ, " + PINGS + " times");
        long start = System.nanoTime();
        List<Duration> trips = new ArrayList<>();
        try {
            while (trips.size() < PINGS && Notes.since(start).compareTo(MEASURING_MAX) < 0) {
                long sent = System.nanoTime();
                if (!answered(deadline())) {
                    break;
                }
                trips.add(Notes.since(sent));
            }
        } catch (IOException | ProtocolViolation e) {
            // the next step meets the same, and says it
        }
        if (!trips.isEmpty()) {
            Collections.sort(trips);
            notes.add(new Result.Latency(trips, Notes.since(start)));
        }
    }

    private boolean subscribe() {
        notes.begins("SUBSCRIBE to " + topic);
        long start = System.nanoTime();
        int code = -1;
        String problem = "the server closed the connection";
        try {
            Deadline deadline = deadline();
            link.send(new Packet.Subscribe(SUBSCRIBE_ID, 0, List.of(), List.of(new Packet.Subscribe.Request(topic,
                    Qos.EXACTLY_ONCE, false, false, Packet.RetainHandling.DO_NOT_SEND))), deadline);
            for (Packet answer = link.read(deadline); answer != null; answer = link.read(deadline)) {
                if (answer instanceof Packet.Suback suback) {
                    ReasonCode reason = suback.reasons().getFirst();
                    code = reason.code();
                    problem = reason.isError() ? Sentence.refusal("SUBACK", code, suback.reasonString()) : null;
                    break;
                }
                if (answer instanceof Packet.Disconnect disconnect) {
                    code = disconnect.reason().code();
                    problem = Sentence.refusal("DISCONNECT", code, disconnect.reasonString());
                    break;
                }
            }
        } catch (IOException | ProtocolViolation e) {
            problem = words(e);
        }
        notes.add(new Result.Subscribed(topic, code, problem, Notes.since(start)));
        return problem == null;
    }

    /// One message, as far as it has come.
    private static final class Trip {
        boolean acknowledged;
        boolean returned;
        int code = -1;
        @Nullable
        String problem;
        boolean over;
    }

    /// @return whether the connection is still open
    private boolean trip(Qos qos, byte[] payload, boolean expectBack) {
        notes.begins("PUBLISH with QoS " + qos.level());
        long start = System.nanoTime();
        Trip trip = new Trip();
        trip.acknowledged = qos == Qos.AT_MOST_ONCE;
        trip.returned = !expectBack;
        int packetId = 100 + qos.level();
        try {
            Deadline deadline = deadline();
            link.send(new Packet.Publish(topic, qos, false, false, packetId(qos, packetId), PublishProperties.NONE,
                    Unpooled.wrappedBuffer(payload)), deadline);
            while (!trip.over && !(trip.acknowledged && trip.returned)) {
                Packet packet = link.read(trip.acknowledged ? deadline.orIn(RETURNING_MAX) : deadline);
                took(trip, packet, payload, packetId, deadline);
            }
        } catch (IOException | ProtocolViolation e) {
            trip.over = !Way.isLate(e);
            if (!trip.acknowledged) {
                trip.problem = qos == Qos.AT_LEAST_ONCE
                        ? "no PUBACK: " + words(e)
                        : "no PUBREC or PUBCOMP: " + words(e);
            } else if (!trip.returned) {
                trip.problem = Way.isLate(e) ? "the message did not come back" : words(e);
            }
        }
        notes.add(new Result.RoundTrip(qos, trip.acknowledged, trip.code, expectBack && trip.returned, trip.problem,
                Notes.since(start)));
        return !trip.over;
    }

    private static int packetId(Qos qos, int packetId) {
        return qos == Qos.AT_MOST_ONCE ? 0 : packetId;
    }

    private void took(Trip trip, @Nullable Packet packet, byte[] payload, int packetId, Deadline deadline)
            throws IOException {
        switch (packet) {
            case null -> {
                trip.over = true;
                trip.problem = "the server closed the connection after PUBLISH";
            }
            case Packet.Pubrec pubrec when pubrec.packetId() == packetId && !pubrec.reason().isError() -> link
                    .send(new Packet.Pubrel(packetId, ReasonCode.SUCCESS), deadline);
            case Packet.Pubrel pubrel -> link.send(new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS), deadline);
            case Packet.Acknowledgement answer when answer.packetId() == packetId -> {
                trip.acknowledged = true;
                trip.code = answer.reason().code();
                if (answer.reason().isError()) {
                    trip.returned = true;
                    trip.problem = Sentence.refusal(answer instanceof Packet.Puback ? "PUBACK" : "PUBREC", trip.code,
                            answer.reasonString());
                }
            }
            case Packet.Publish publish -> arrived(trip, publish, payload, deadline);
            case Packet.Disconnect disconnect -> {
                trip.over = true;
                trip.code = disconnect.reason().code();
                trip.problem = Sentence.refusal("DISCONNECT", trip.code, disconnect.reasonString());
            }
            default -> {
            }
        }
    }

    private void arrived(Trip trip, Packet.Publish publish, byte[] payload, Deadline deadline) throws IOException {
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> link.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS), deadline);
            case EXACTLY_ONCE -> link.send(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS), deadline);
        }
        ByteBuf body = publish.payload();
        byte[] came = new byte[body.readableBytes()];
        body.readBytes(came);
        trip.returned |= Arrays.equals(came, payload);
    }

    private static String words(Exception e) {
        return Way.isLate(e)
                ? "no answer in time"
                : Way.isReset(e)
                        ? "the connection was reset"
                        : Shown.text(String.valueOf(e.getMessage()), 200);
    }
}
