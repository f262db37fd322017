package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// A SUBSCRIBE in the making: packet id 1, no options, unless told otherwise. Options are those of the last filter.
final class Subscribing {
    private final List<Packet.Subscribe.Request> requests = new ArrayList<>();
    private int packetId = 1;
    private int subscriptionId;

    static Subscribing to(String filter, Qos qos) {
        return new Subscribing().and(filter, qos);
    }

    Subscribing and(String filter, Qos qos) {
        requests.add(new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND));
        return this;
    }

    Subscribing packetId(int id) {
        packetId = id;
        return this;
    }

    /// Subscription Identifier.
    Subscribing id(int number) {
        subscriptionId = number;
        return this;
    }

    Subscribing noLocal() {
        Packet.Subscribe.Request last = requests.removeLast();
        requests.add(new Packet.Subscribe.Request(last.filter(), last.qos(), true, last.retainAsPublished(),
                last.retainHandling()));
        return this;
    }

    Subscribing retainAsPublished() {
        Packet.Subscribe.Request last = requests.removeLast();
        requests.add(new Packet.Subscribe.Request(last.filter(), last.qos(), last.noLocal(), true,
                last.retainHandling()));
        return this;
    }

    Subscribing retained(Packet.RetainHandling handling) {
        Packet.Subscribe.Request last = requests.removeLast();
        requests.add(new Packet.Subscribe.Request(last.filter(), last.qos(), last.noLocal(),
                last.retainAsPublished(), handling));
        return this;
    }

    /// What SUBACK says when everything is granted.
    List<ReasonCode> asked() {
        return requests.stream().map(request -> ReasonCode.granted(request.qos())).toList();
    }

    Packet.Subscribe packet() {
        return new Packet.Subscribe(packetId, subscriptionId, List.of(), List.copyOf(requests));
    }
}
