package dev.gatehouse.broker;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;

import static org.assertj.core.api.Assertions.assertThat;

/// What a tenant does not have: told in CONNACK, refused where it is used all the same.
final class FeaturesTest {
    private static final TenantLimits.Features NOTHING = new TenantLimits.Features(Qos.AT_MOST_ONCE, false, false,
            false,
            false, null);

    private static Bench with(TenantLimits.Features features) {
        TenantLimits all = Bench.LIMITS;
        return new Bench(new TenantLimits(all.packetBytesMax(), all.receiveMaximum(), all.inFlightMax(),
                all.topicAliasMaximum(), all.keepAliveSecondsMax(), all.sessionExpirySecondsMax(),
                all.clientIdBytesMax(), all.connectionsMax(), all.sessionsMax(), all.subscriptionsMax(),
                all.queueMessagesMax(), all.queueBytesMax(), all.retainedMessagesMax(), all.retainedBytesMax(),
                all.topicLevelsMax(), features));
    }

    private static TestClient connected(TenantLimits.Features features) {
        return with(features).client("c").connect(Connects.v5());
    }

    private static TenantLimits.Features qosMax(Qos most) {
        return new TenantLimits.Features(most, true, true, true, true, null);
    }

    @Test
    void what_is_restricted_is_announced__MQTT_3_2_2_9() {
        ConnackProperties told = connected(NOTHING).connack().properties();
        assertThat(told.maximumQos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(told.retainAvailable()).isFalse();
        assertThat(told.wildcardSubscriptions()).isFalse();
        assertThat(told.subscriptionIdentifiers()).isFalse();
        assertThat(told.sharedSubscriptions()).isFalse();
    }

    @Test
    void what_is_not_restricted_is_not_announced() {
        ConnackProperties told = connected(TenantLimits.Features.ALL).connack().properties();
        assertThat(told.maximumQos()).isNull();
        assertThat(List.of(told.retainAvailable(), told.wildcardSubscriptions(), told.subscriptionIdentifiers(),
                told.sharedSubscriptions())).containsOnly(true);
    }

    private static TenantLimits.Features replies(String prefix) {
        return new TenantLimits.Features(Qos.EXACTLY_ONCE, true, true, true, true, prefix);
    }

    private static Packet.Connect asking(boolean wanted) {
        return new Packet.Connect(Version.MQTT_5, "c", true, 60, null, "eric", null,
                new ConnectProperties(0, 65_535, -1, 0, wanted, true, null, null, List.of()));
    }

    private static ConnackProperties answered(TenantLimits.Features features, boolean wanted) {
        Bench bench = with(features);
        RecordingLink link = new RecordingLink("c");
        Lane lane = bench.tenant().laneOf("c");
        bench.simulation().on(lane, () -> Connection.open(bench.tenant(), lane, link, asking(wanted),
                new Admission.As("c", false), Grants.ALL));
        return ((Packet.Connack) link.packets().getFirst()).properties();
    }

    @Test
    void response_information_is_given_to_whom_asks_and_to_nobody_else__MQTT_3_1_2_28() {
        assertThat(answered(replies("r/%u/%c/"), true).responseInformation()).isEqualTo("r/eric/c/");
        assertThat(answered(replies("r/%u/%c/"), false).responseInformation()).isNull();
        assertThat(answered(TenantLimits.Features.ALL, true).responseInformation()).isNull();
    }

    private static PublishProperties text() {
        return new PublishProperties(0, List.of(), 1, -1, null, null, null, List.of());
    }

    private static Packet.Publish bytes(Qos qos, int id, int... payload) {
        ByteBuf buffer = Unpooled.buffer();
        for (int octet : payload) {
            buffer.writeByte(octet);
        }
        return new Packet.Publish("t", qos, false, false, id, text(), buffer);
    }

    @Test
    void text_that_is_utf_8_passes_and_other_bytes_are_refused_by_their_qos() {
        TestClient client = connected(TenantLimits.Features.ALL).subscribe("t", Qos.AT_MOST_ONCE);
        client.send(bytes(Qos.AT_LEAST_ONCE, 7, 0xC3, 0xA9));
        assertThat(client.link().last()).isEqualTo(new Packet.Puback(7, ReasonCode.SUCCESS));
        client.send(bytes(Qos.AT_LEAST_ONCE, 8, 0xC3));
        assertThat(client.link().last()).isEqualTo(
                new Packet.Puback(8, ReasonCode.PAYLOAD_FORMAT_INVALID, Inbound.NOT_UTF8, List.of()));
        client.send(bytes(Qos.EXACTLY_ONCE, 9, 0xED, 0xA0, 0x80));
        assertThat(client.link().last()).isEqualTo(
                new Packet.Pubrec(9, ReasonCode.PAYLOAD_FORMAT_INVALID, Inbound.NOT_UTF8, List.of()));
        client.send(bytes(Qos.AT_MOST_ONCE, 0, 0xFF));
        assertThat(client.payloads()).containsExactly("é");
        assertThat(client.link().facts()).filteredOn(Fact.PublishRefused.class::isInstance).hasSize(3);
        client.send(bytes(Qos.EXACTLY_ONCE, 9, 'x'));
        assertThat(client.payloads()).as("the refused id is free").containsExactly("é", "x");
    }

    @Test
    void a_will_that_is_not_the_text_it_says_is_refused() {
        TestClient client = connected(TenantLimits.Features.ALL);
        client.connect(Connects.v5().with(new Will("w", Bytes.takeOver(new byte[]{(byte) 0xC3}), Qos.AT_MOST_ONCE,
                false, 0, text())));
        assertThat(client.link().refused().reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        client.connect(Connects.v5().with(new Will("w", Bytes.takeOver(new byte[]{'x'}), Qos.AT_MOST_ONCE, false, 0,
                text())));
        assertThat(client.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_message_at_the_maximum_qos_passes_and_one_above_ends_the_connection__MQTT_3_2_2_11() {
        TestClient client = connected(qosMax(Qos.AT_LEAST_ONCE));
        client.publish("t", "1", Qos.AT_LEAST_ONCE);
        assertThat(client.link().isOver()).isFalse();
        client.publish("t", "2", Qos.EXACTLY_ONCE);
        assertThat(client.link().ended()).isEqualTo(new RecordingLink.Sent.Ended(Ending.QOS_NOT_SUPPORTED,
                ReasonCode.QOS_NOT_SUPPORTED, "QoS 2, the highest that the tenant allows is 1"));
        assertThat(client.unreleased()).isZero();
    }

    @Test
    void a_retained_message_ends_the_connection_also_when_it_is_empty__MQTT_3_2_2_14() {
        for (String payload : List.of("x", "")) {
            TestClient client = connected(NOTHING);
            client.publish("t", "not retained", Qos.AT_MOST_ONCE);
            assertThat(client.link().isOver()).isFalse();
            client.publish("t", payload, Qos.AT_MOST_ONCE, true);
            assertThat(client.link().ended().reason()).isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
        }
    }

    @Test
    void an_mqtt_3_client_is_closed_without_a_packet() {
        TestClient client = with(NOTHING).client("c").connect(Connects.v3());
        client.publish("t", "x", Qos.AT_LEAST_ONCE);
        assertThat(client.link().ended().ending()).isEqualTo(Ending.QOS_NOT_SUPPORTED);
        assertThat(client.link().ended().reason()).isNull();
    }

    @Test
    void a_will_is_held_to_the_same__MQTT_3_2_2_12() {
        TestClient tooHigh = with(NOTHING).client("c")
                .connect(Connects.v5().with(Connects.will("w", "", Qos.AT_LEAST_ONCE, false, 0)));
        assertThat(tooHigh.link().refused().reason()).isEqualTo(ReasonCode.QOS_NOT_SUPPORTED);
        assertThat(tooHigh.link().facts()).contains(
                new Fact.WillRefused("w", "QoS 1, the highest that the tenant allows is 0"));
        TestClient retained = with(NOTHING).client("c")
                .connect(Connects.v5().with(Connects.will("w", "", Qos.AT_MOST_ONCE, true, 0)));
        assertThat(retained.link().refused().reason()).isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
        TestClient modest = with(NOTHING).client("c")
                .connect(Connects.v5().with(Connects.will("w", "", Qos.AT_MOST_ONCE, false, 0)));
        assertThat(modest.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void a_subscription_is_granted_the_maximum_qos__MQTT_3_2_2_10() {
        TestClient client = connected(qosMax(Qos.AT_LEAST_ONCE));
        client.subscribe("t", Qos.EXACTLY_ONCE);
        assertThat(client.suback()).containsExactly(ReasonCode.GRANTED_QOS_1);
        client.publish("t", "x", Qos.AT_LEAST_ONCE);
        assertThat(client.published()).singleElement().extracting(RecordingLink.Sent.Publish::qos)
                .isEqualTo(Qos.AT_LEAST_ONCE);
    }

    private static Packet.Subscribe.Request request(String filter) {
        return new Packet.Subscribe.Request(filter, Qos.AT_MOST_ONCE, false, false, Packet.RetainHandling.SEND);
    }

    @Test
    void a_filter_that_is_not_to_be_had_is_refused_and_the_others_are_granted() {
        TestClient client = connected(NOTHING);
        client.subscribe(0, request("a"), request("a/+"), request("#"), request("$share/g/a"), request("b"));
        assertThat(client.suback()).containsExactly(ReasonCode.SUCCESS,
                ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, ReasonCode.SUCCESS);
        client.publish("a", "x", Qos.AT_MOST_ONCE);
        client.publish("c", "y", Qos.AT_MOST_ONCE);
        assertThat(client.payloads()).containsExactly("x");
    }

    @Test
    void a_subscription_identifier_refuses_every_filter_of_its_packet() {
        TestClient client = connected(NOTHING);
        client.subscribe(7, request("a"), request("b"));
        assertThat(client.suback()).containsOnly(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED).hasSize(2);
        client.publish("a", "x", Qos.AT_MOST_ONCE, false, 0, false, PublishProperties.NONE);
        assertThat(client.payloads()).isEmpty();
    }
}
