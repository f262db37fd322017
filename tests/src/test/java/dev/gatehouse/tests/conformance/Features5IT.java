package dev.gatehouse.tests.conformance;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// What a server may do without and says so in CONNACK, MQTT 5 §3.2.2.3, at [Door#MODEST]; and the topic aliases that the
/// broker sends, §3.3.2.3.4.
class Features5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private Client modest(String label) {
        return bench.connected(Door.MODEST, bench.as(label));
    }

    @Test
    void CONNACK_says_what_is_not_to_be_had__MQTT_3_2_2_9() {
        ConnackProperties modest = bench.client(Door.MODEST).connect(bench.as("modest")).properties();
        assertThat(modest.maximumQos()).isEqualTo(AT_LEAST_ONCE);
        assertThat(modest.retainAvailable()).isFalse();
        assertThat(modest.wildcardSubscriptions()).isFalse();
        assertThat(modest.subscriptionIdentifiers()).isFalse();
        assertThat(modest.sharedSubscriptions()).isFalse();
        ConnackProperties open = bench.client().connect(bench.as("open")).properties();
        assertThat(open.maximumQos()).isNull();
        assertThat(open.retainAvailable()).isTrue();
        assertThat(open.wildcardSubscriptions()).isTrue();
        assertThat(open.subscriptionIdentifiers()).isTrue();
        assertThat(open.sharedSubscriptions()).isTrue();
    }

    @Test
    void a_subscription_above_the_maximum_QoS_is_granted_with_less__MQTT_3_2_2_10() {
        Client client = modest("client");
        assertThat(client.subscribe(Subscribing.to(bench.topic("a"), EXACTLY_ONCE)).reasons())
                .containsExactly(ReasonCode.GRANTED_QOS_1);
        modest("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        assertThat(client.receive().qos()).isEqualTo(AT_LEAST_ONCE);
    }

    @Test
    void a_message_above_the_maximum_QoS_ends_the_connection__MQTT_3_2_2_11() {
        Client watching = modest("watching").subscribed(bench.topic("a"), AT_LEAST_ONCE);
        Client client = modest("client");
        client.send(Publishing.to(bench.topic("a")).exactlyOnce(1).packet());
        client.disconnected(ReasonCode.QOS_NOT_SUPPORTED);
        modest("other").publish(Publishing.to(bench.topic("a")).text("end"));
        assertThat(Client.text(watching.receive())).isEqualTo("end");
    }

    @Test
    void a_will_above_the_maximum_QoS_is_refused__MQTT_3_2_2_12() {
        Client client = bench.client(Door.MODEST);
        client.send(bench.as("client").will(Publishing.to(bench.topic("a")).exactlyOnce(0).will()).packet());
        client.refused(ReasonCode.QOS_NOT_SUPPORTED);
    }

    @Test
    void a_retained_will_is_refused_where_nothing_can_be_retained__MQTT_3_2_2_13() {
        Client client = bench.client(Door.MODEST);
        client.send(bench.as("client").will(Publishing.to(bench.topic("a")).retain().will()).packet());
        client.refused(ReasonCode.RETAIN_NOT_SUPPORTED);
    }

    @Test
    void a_retained_message_ends_the_connection_where_nothing_can_be_retained__MQTT_3_2_2_14() {
        Client client = modest("client");
        client.send(Publishing.to(bench.topic("a")).retain().packet());
        client.disconnected(ReasonCode.RETAIN_NOT_SUPPORTED);
        modest("other").subscribed(bench.topic("a"), AT_MOST_ONCE).idle();
    }

    /// MQTT 5 §3.2.2.3.11 to §3.2.2.3.13: the others of the SUBSCRIBE are granted.
    @Test
    void a_filter_that_is_not_to_be_had_is_refused_by_itself() {
        Client client = modest("client");
        assertThat(client.subscribe(Subscribing.to(bench.topic("#"), AT_MOST_ONCE)
                .and("$share/g/" + bench.topic("a"), AT_MOST_ONCE).and(bench.topic("a"), AT_MOST_ONCE)).reasons())
                .containsExactly(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                        ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, ReasonCode.SUCCESS);
        assertThat(client.subscribe(Subscribing.to(bench.topic("b"), AT_MOST_ONCE).id(1)).reasons())
                .containsExactly(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
        client.idle();
    }

    @Test
    void the_brokers_aliases_stay_within_the_clients_maximum__MQTT_3_1_2_26__MQTT_3_3_2_11() {
        Client receiver = bench.connected(bench.as("receiver").topicAliasMaximum(2)).subscribed(bench.topic("#"),
                EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        Map<Integer, String> aliases = new HashMap<>();
        int byAliasAlone = 0;
        for (int sent = 0; sent < 40; sent++) {
            String topic = bench.topic("a/long/topic/" + (sent < 20 ? sent % 2 : sent % 5));
            sender.publish(sent % 3 == 0
                    ? Publishing.to(topic).atLeastOnce(1).text(topic)
                    : Publishing.to(topic).text(topic));
            Packet.Publish message = receiver.receive();
            int alias = message.properties().topicAlias();
            assertThat(alias).isBetween(0, 2);
            if (alias != 0 && !message.topic().isEmpty()) {
                aliases.put(alias, message.topic());
            }
            byAliasAlone += message.topic().isEmpty() ? 1 : 0;
            assertThat(message.topic().isEmpty() ? aliases.get(alias) : message.topic()).isEqualTo(topic);
        }
        assertThat(byAliasAlone).as("aliases are used").isGreaterThanOrEqualTo(18);
    }

    @Test
    void the_brokers_aliases_are_those_of_one_connection__MQTT_3_3_2_7() {
        Connecting lasting = bench.as("receiver").resuming().expiry(60).topicAliasMaximum(5);
        Client receiver = bench.connected(lasting).subscribed(bench.topic("a/long/topic"), AT_LEAST_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a/long/topic")).atLeastOnce(1))
                .publish(Publishing.to(bench.topic("a/long/topic")).atLeastOnce(1));
        assertThat(receiver.receive().topic()).isEqualTo(bench.topic("a/long/topic"));
        assertThat(receiver.next(Packet.Publish.class).topic()).isEmpty();
        receiver.close();
        assertThat(bench.connected(lasting).receive().topic()).as("sent again, the topic is spelled out")
                .isEqualTo(bench.topic("a/long/topic"));
    }
}
