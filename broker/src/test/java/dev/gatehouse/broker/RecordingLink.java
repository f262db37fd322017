package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// A wire that writes down what is sent to the client.
final class RecordingLink implements Link {
    private final String name;
    private final List<Sent> sent = new ArrayList<>();
    private final List<Fact> facts = new ArrayList<>();
    private boolean congested;
    private boolean reading = true;
    private int payloadBytesMax = Integer.MAX_VALUE;
    private int congestedAfter = Integer.MAX_VALUE;

    RecordingLink(String name) {
        this.name = name;
    }

    /// Something that went out, or the end.
    sealed interface Sent {
        /// A packet other than PUBLISH.
        record Other(Packet packet) implements Sent {}

        /// A PUBLISH.
        record Publish(String topic, String payload, Qos qos, boolean duplicate, boolean retain, int packetId,
                PublishProperties properties) implements Sent {}

        /// An error CONNACK, then the end.
        record Refused(Ending ending, ReasonCode reason, String detail) implements Sent {}

        /// The end, with DISCONNECT when there is a reason.
        record Ended(Ending ending, @Nullable ReasonCode reason, String detail) implements Sent {}
    }

    @Override
    public void send(Packet packet) {
        add(new Sent.Other(packet));
    }

    private void add(Sent what) {
        if (isOver()) {
            throw new AssertionError(name + ": " + what + " after the end");
        }
        sent.add(what);
    }

    @Override
    public boolean publish(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        if (packetId == 0 != (qos == Qos.AT_MOST_ONCE)) {
            throw new AssertionError("packet id " + packetId + " with " + qos);
        }
        if (message.payloadBytes() > payloadBytesMax) {
            return false;
        }
        ByteBuf wire = Unpooled.buffer();
        message.write(wire, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE, Version.MQTT_3_1_1);
        int from = wire.writerIndex() - message.payloadBytes();
        String payload = wire.toString(from, message.payloadBytes(), StandardCharsets.UTF_8);
        add(new Sent.Publish(message.topic(), payload, qos, duplicate, retain,
                packetId, properties));
        if (--congestedAfter == 0) {
            congested = true;
        }
        return true;
    }

    @Override
    public boolean full() {
        return congested();
    }

    @Override
    public void reading(boolean wanted) {
        reading = wanted;
    }

    /// Whether the broker wants to be handed packets.
    boolean isRead() {
        return reading;
    }

    @Override
    public boolean congested() {
        return congested;
    }

    @Override
    public void refuse(Ending ending, ReasonCode reason, String detail) {
        add(new Sent.Refused(ending, reason, detail));
    }

    @Override
    public void end(Ending ending, @Nullable ReasonCode reason, String detail) {
        add(new Sent.Ended(ending, reason, detail));
    }

    @Override
    public void note(Fact fact) {
        facts.add(fact);
    }

    @Override
    public String attempt() {
        return name;
    }

    @Override
    public String remote() {
        return "192.0.2.1:" + (1_024 + Math.floorMod(name.hashCode(), 60_000));
    }

    void congest(boolean reading) {
        congested = reading;
    }

    /// Congested once so many further PUBLISH packets went out.
    void congestAfter(int publishes) {
        congestedAfter = publishes;
    }

    void takeAtMost(int payloadBytes) {
        payloadBytesMax = payloadBytes;
    }

    List<Sent> sent() {
        return sent;
    }

    List<Fact> facts() {
        return facts;
    }

    /// Whether the broker ended or refused it.
    boolean isOver() {
        return !sent.isEmpty() && (sent.getLast() instanceof Sent.Ended || sent.getLast() instanceof Sent.Refused);
    }

    /// The packets other than PUBLISH.
    List<Packet> packets() {
        return sent.stream().filter(Sent.Other.class::isInstance).map(what -> ((Sent.Other) what).packet()).toList();
    }

    /// The PUBLISH packets.
    List<Sent.Publish> published() {
        return sent.stream().filter(Sent.Publish.class::isInstance).map(Sent.Publish.class::cast).toList();
    }

    /// The payloads of the PUBLISH packets.
    List<String> payloads() {
        return published().stream().map(Sent.Publish::payload).toList();
    }

    Packet last() {
        return packets().getLast();
    }

    Sent.Ended ended() {
        return (Sent.Ended) sent.getLast();
    }

    Sent.Refused refused() {
        return (Sent.Refused) sent.getLast();
    }
}
