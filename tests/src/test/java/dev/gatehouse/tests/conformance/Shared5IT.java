package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// Shared subscriptions, MQTT 5 §4.8.2.
class Shared5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private String shared() {
        return "$share/" + bench.id("group") + "/" + bench.topic("a");
    }

    private void refused(String... filters) {
        Client client = bench.connected("client");
        for (String filter : filters) {
            assertThat(client.subscribe(Subscribing.to(filter, AT_MOST_ONCE)).reasons()).as(filter)
                    .containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        }
        client.idle();
    }

    @Test
    void a_shared_subscription_has_a_name__MQTT_4_8_2_1() {
        refused("$share//a", "$share/", "$share//");
    }

    @Test
    void the_name_has_no_wildcard_and_a_filter_follows__MQTT_4_8_2_2() {
        refused("$share/g", "$share/g/", "$share/+/a", "$share/g#/a", "$share/#", "$share/g/a#");
        Client client = bench.subscribed("other", "$share/g/" + bench.topic("#"), AT_MOST_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")));
        assertThat(client.receive().topic()).isEqualTo(bench.topic("a"));
        Client leading = bench.subscribed("leading", "$share/g//" + bench.topic("a"), AT_MOST_ONCE);
        bench.connected("sender").publish(Publishing.to("/" + bench.topic("a")));
        assertThat(leading.receive().topic()).as("the filter is what follows the name and its slash")
                .isEqualTo("/" + bench.topic("a"));
    }

    @Test
    void each_member_gets_messages_with_the_QoS_granted_to_it__MQTT_4_8_2_3() {
        Client low = bench.subscribed("low", shared(), AT_MOST_ONCE);
        Client high = bench.subscribed("high", shared(), EXACTLY_ONCE);
        low.subscribed(bench.topic("end"), AT_MOST_ONCE);
        high.subscribed(bench.topic("end"), AT_MOST_ONCE);
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 10; id++) {
            sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(id));
        }
        sender.publish(Publishing.to(bench.topic("end")));
        int toLow = 0;
        for (Packet.Publish message = low.receive(); message.topic()
                .equals(bench.topic("a")); message = low.receive()) {
            assertThat(message.qos()).isEqualTo(AT_MOST_ONCE);
            toLow++;
        }
        int toHigh = 0;
        for (Packet.Publish message = high.receive(); message.topic()
                .equals(bench.topic("a")); message = high.receive()) {
            assertThat(message.qos()).isEqualTo(EXACTLY_ONCE);
            toHigh++;
        }
        assertThat(toLow + toHigh).as("each message went to one of them").isEqualTo(10);
        assertThat(toLow).isPositive();
        assertThat(toHigh).isPositive();
    }

    private Connecting lasting(String label) {
        return bench.as(label).resuming().expiry(60);
    }

    @Test
    void a_QoS_2_message_is_finished_with_the_member_that_got_it__MQTT_4_8_2_4() {
        Client chosen = bench.connected(lasting("chosen")).subscribed(shared(), EXACTLY_ONCE);
        Client sender = bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1).text("1"));
        int id = chosen.next(Packet.Publish.class).packetId();
        Client other = bench.subscribed("other", shared(), EXACTLY_ONCE);
        chosen.close();
        Client again = bench.connected(lasting("chosen"));
        Packet.Publish repeated = again.receive();
        assertThat(repeated.packetId()).isEqualTo(id);
        assertThat(repeated.duplicate()).isTrue();
        other.subscribed(bench.topic("end"), AT_MOST_ONCE);
        sender.publish(Publishing.to(bench.topic("end")));
        assertThat(other.receive().topic()).isEqualTo(bench.topic("end"));
    }

    @Test
    void nobody_else_gets_a_QoS_2_message_of_a_session_that_ended__MQTT_4_8_2_5() {
        Client chosen = bench.subscribed("chosen", shared(), EXACTLY_ONCE);
        Client sender = bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
        assertThat(chosen.next(Packet.Publish.class).qos()).isEqualTo(EXACTLY_ONCE);
        Client other = bench.subscribed("other", shared(), EXACTLY_ONCE);
        chosen.disconnect();
        other.subscribed(bench.topic("end"), EXACTLY_ONCE);
        sender.publish(Publishing.to(bench.topic("end")).exactlyOnce(1));
        assertThat(other.receive().topic()).isEqualTo(bench.topic("end"));
    }

    /// MQTT 5 §4.8.2: a QoS 1 message goes to another member when its session ends.
    @Test
    void another_member_gets_a_QoS_1_message_of_a_session_that_ended() {
        Client chosen = bench.subscribed("chosen", shared(), AT_LEAST_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("1"));
        assertThat(chosen.next(Packet.Publish.class).qos()).isEqualTo(AT_LEAST_ONCE);
        Client other = bench.subscribed("other", shared(), AT_LEAST_ONCE);
        chosen.close();
        assertThat(Client.text(other.receive())).isEqualTo("1");
    }

    @Test
    void a_message_that_a_member_refused_goes_to_nobody_else__MQTT_4_8_2_6() {
        Client chosen = bench.subscribed("chosen", shared(), EXACTLY_ONCE);
        Client sender = bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
        Packet.Publish once = chosen.next(Packet.Publish.class);
        Packet.Publish exactly = chosen.next(Packet.Publish.class);
        Client other = bench.subscribed("other", shared(), EXACTLY_ONCE);
        chosen.send(new Packet.Puback(once.packetId(), ReasonCode.UNSPECIFIED_ERROR),
                new Packet.Pubrec(exactly.packetId(), ReasonCode.UNSPECIFIED_ERROR));
        chosen.idle().disconnect();
        other.subscribed(bench.topic("end"), EXACTLY_ONCE);
        sender.publish(Publishing.to(bench.topic("end")).exactlyOnce(1));
        assertThat(other.receive().topic()).isEqualTo(bench.topic("end"));
    }

    @Test
    void every_group_gets_a_message_once_and_plain_subscribers_too__MQTT_4_5_0_1() {
        List<Client> members = List.of(bench.subscribed("one", shared(), AT_LEAST_ONCE),
                bench.subscribed("two", "$share/another/" + bench.topic("+"), AT_LEAST_ONCE),
                bench.subscribed("plain", bench.topic("a"), AT_LEAST_ONCE));
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        for (Client member : members) {
            assertThat(member.receive().topic()).isEqualTo(bench.topic("a"));
            member.idle();
        }
    }
}
