package dev.gatehouse.bench;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// A client that receives with QoS 2, and can be slow to acknowledge, so that something is always under way.
final class Subscriber extends Client {
    private static final int SUBSCRIBE_ID = 1;

    private final String filter;
    private final Arrivals arrivals;
    private final Deliveries deliveries;
    private final Queue<Packet.Acknowledgement> answers = new ArrayDeque<>();
    private int held;

    Subscriber(String name, Version version, String filter, Arrivals arrivals, Ledger ledger, Findings findings) {
        super(name, version, findings);
        this.filter = filter;
        this.arrivals = arrivals;
        this.deliveries = new Deliveries(name, ledger, arrivals, findings);
    }

    /// From now on holds back this many acknowledgements, the newest.
    void hold(int answersHeld) {
        held = answersHeld;
    }

    @Override
    void welcome(Packet.Connack connack) {
        answers.clear();
        if (connack.sessionPresent()) {
            deliveries.reconnect();
            becomeReady();
        } else {
            deliveries.forget();
            line().send(new Packet.Subscribe(SUBSCRIBE_ID, 0, List.of(), List.of(new Packet.Subscribe.Request(filter,
                    Qos.EXACTLY_ONCE, false, false, Packet.RetainHandling.SEND))));
        }
    }

    @Override
    void packet(Packet packet) {
        switch (packet) {
            case Packet.Publish publish -> publish(publish);
            case Packet.Pubrel pubrel -> {
                deliveries.release(pubrel.packetId());
                answers.add(new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS));
            }
            case Packet.Suback suback -> {
                if (suback.reasons().getFirst() != ReasonCode.GRANTED_QOS_2) {
                    reportBroken("SUBSCRIBE was answered with " + suback.reasons());
                }
                becomeReady();
            }
            default -> reportBroken("it sent " + packet);
        }
    }

    private void publish(Packet.Publish publish) {
        Label label = Line.label(publish);
        int packetId = publish.packetId();
        if (label == null) {
            findings().add(Violation.Kind.FOREIGN, name(), () -> "on topic " + publish.topic() + " at QoS "
                    + publish.qos().level() + ", with another payload than was sent");
        } else {
            deliveries.publish(label, publish.topic(), publish.qos(), packetId, publish.duplicate());
        }
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> answers.add(new Packet.Puback(packetId, ReasonCode.SUCCESS));
            case EXACTLY_ONCE -> answers.add(new Packet.Pubrec(packetId, ReasonCode.SUCCESS));
        }
    }

    @Override
    void pump() {
        while (isReady() && answers.size() > held) {
            Packet.Acknowledgement answer = answers.remove();
            line().send(answer);
            deliveries.answer(answer.packetId());
        }
    }

    Arrivals arrivals() {
        return arrivals;
    }

    Deliveries deliveries() {
        return deliveries;
    }
}
