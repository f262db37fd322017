package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// The far end of connections that use one client id. Everything it sends is handled at once on its lane.
final class TestClient {
    private final Simulation simulation;
    private final Tenant tenant;
    private final String clientId;
    private final Lane lane;
    private final List<RecordingLink> links = new ArrayList<>();
    private Grants grants = Grants.ALL;
    private @Nullable Connection connection;
    private int packetId;

    TestClient(Simulation simulation, Tenant tenant, String clientId) {
        this.simulation = simulation;
        this.tenant = tenant;
        this.clientId = clientId;
        this.lane = tenant.laneOf(clientId);
    }

    TestClient granted(Grants given) {
        grants = given;
        return this;
    }

    /// Connects with a new wire; the old one, if there is one, is not told.
    TestClient connect(Connects how) {
        RecordingLink link = new RecordingLink(tenant.name() + "/" + clientId + "#" + links.size());
        links.add(link);
        simulation.on(lane, () -> connection = Connection.open(tenant, lane, link, how.packet(clientId),
                new Admission.As(clientId, false), grants));
        return this;
    }

    void send(Packet packet) {
        Connection open = connection();
        simulation.on(lane, () -> open.receive(packet));
    }

    Connection connection() {
        Connection open = connection;
        if (open == null) {
            throw new AssertionError(clientId + " is not connected");
        }
        return open;
    }

    TestClient subscribe(String filter, Qos qos) {
        return subscribe(0, new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND));
    }

    TestClient subscribe(int subscriptionId, Packet.Subscribe.Request... requests) {
        send(new Packet.Subscribe(++packetId, subscriptionId, List.of(), List.of(requests)));
        return this;
    }

    TestClient unsubscribe(String... filters) {
        send(new Packet.Unsubscribe(++packetId, List.of(), List.of(filters)));
        return this;
    }

    /// @return the packet id; 0 with QoS 0
    int publish(String topic, String payload, Qos qos, boolean retain) {
        int id = qos == Qos.AT_MOST_ONCE ? 0 : ++packetId;
        publish(topic, payload, qos, retain, id, false, PublishProperties.NONE);
        return id;
    }

    int publish(String topic, String payload, Qos qos) {
        return publish(topic, payload, qos, false);
    }

    void publish(String topic, String payload, Qos qos, boolean retain, int id, boolean duplicate,
            PublishProperties properties) {
        ByteBuf bytes = Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8);
        send(new Packet.Publish(topic, qos, duplicate, retain, id, properties, bytes));
        if (connection != null && bytes.refCnt() == 0) {
            return;
        }
        unreleased.add(bytes);
    }

    private final List<ByteBuf> unreleased = new ArrayList<>();

    /// Payloads handed in and not released by now.
    long unreleased() {
        return unreleased.stream().filter(bytes -> bytes.refCnt() > 0).count();
    }

    void puback(int id) {
        send(new Packet.Puback(id, ReasonCode.SUCCESS));
    }

    void pubrec(int id) {
        send(new Packet.Pubrec(id, ReasonCode.SUCCESS));
    }

    void pubrel(int id) {
        send(new Packet.Pubrel(id, ReasonCode.SUCCESS));
    }

    void pubcomp(int id) {
        send(new Packet.Pubcomp(id, ReasonCode.SUCCESS));
    }

    /// The wire breaks.
    TestClient drop() {
        Connection open = connection();
        simulation.on(lane, open::closed);
        return this;
    }

    TestClient disconnect() {
        return disconnect(ReasonCode.SUCCESS, -1);
    }

    TestClient disconnect(ReasonCode reason, long expirySeconds) {
        send(new Packet.Disconnect(reason, expirySeconds, null, null, List.of()));
        return this;
    }

    void writable() {
        link().congest(false);
        Connection open = connection();
        simulation.on(lane, open::writable);
    }

    /// The latest wire.
    RecordingLink link() {
        return links.getLast();
    }

    /// An earlier wire, from 0.
    RecordingLink link(int number) {
        return links.get(number);
    }

    Packet.Connack connack() {
        return (Packet.Connack) link().packets().getFirst();
    }

    List<ReasonCode> suback() {
        return ((Packet.Suback) link().packets().stream().filter(Packet.Suback.class::isInstance).toList().getLast())
                .reasons();
    }

    List<String> payloads() {
        return link().payloads();
    }

    List<RecordingLink.Sent.Publish> published() {
        return link().published();
    }

    Lane lane() {
        return lane;
    }

    String clientId() {
        return clientId;
    }

    @Nullable
    Session session() {
        Session[] found = new Session[1];
        simulation.on(lane, () -> found[0] = tenant.session(lane, clientId));
        return found[0];
    }
}
