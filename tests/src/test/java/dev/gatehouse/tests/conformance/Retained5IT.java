package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Packet.RetainHandling;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// Retained messages, MQTT 5 §3.3.1.3.
class Retained5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private Publishing kept() {
        return Publishing.to(bench.topic("kept")).retain();
    }

    private Packet.Publish retained(String label) {
        Packet.Publish message = bench.subscribed(label, bench.topic("#"), EXACTLY_ONCE).receive();
        assertThat(message.retain()).isTrue();
        return message;
    }

    @Test
    void the_last_retained_message_is_kept_with_its_QoS__MQTT_3_3_1_5() {
        Client sender = bench.connected("sender");
        sender.publish(kept().exactlyOnce(1).text("1").contentType("first"));
        Packet.Publish first = retained("one");
        assertThat(Client.text(first)).isEqualTo("1");
        assertThat(first.qos()).isEqualTo(EXACTLY_ONCE);
        assertThat(first.properties().contentType()).isEqualTo("first");
        sender.publish(kept().text("2")).published();
        Packet.Publish second = retained("two");
        assertThat(Client.text(second)).isEqualTo("2");
        assertThat(second.qos()).isEqualTo(AT_MOST_ONCE);
        assertThat(second.properties().contentType()).isNull();
        Packet.Publish low = bench.connected("low").publish(kept().exactlyOnce(1).text("3"))
                .subscribed(bench.topic("#"), AT_LEAST_ONCE).receive();
        assertThat(low.qos()).as("what was granted").isEqualTo(AT_LEAST_ONCE);
    }

    @Test
    void an_empty_payload_removes_the_retained_message_and_is_not_retained__MQTT_3_3_1_6__MQTT_3_3_1_7() {
        Client watching = bench.subscribed("watching", bench.topic("#"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int qos = 0; qos <= 2; qos++) {
            sender.publish(kept().text("1")).publish(Publishing.to(bench.topic("kept/below")).retain().text("stays"));
            Publishing empty = kept().text("");
            sender.publish(qos == 0 ? empty : qos == 1 ? empty.atLeastOnce(1) : empty.exactlyOnce(1));
            watching.receive();
            watching.receive();
            assertThat(Client.text(watching.receive())).as("subscribers get it like any other").isEmpty();
            assertThat(Client.text(retained("client" + qos))).isEqualTo("stays");
        }
        bench.subscribed("last", bench.topic("kept"), AT_MOST_ONCE).idle();
    }

    @Test
    void a_message_without_RETAIN_leaves_the_retained_one_alone__MQTT_3_3_1_8() {
        bench.connected("sender").publish(kept().text("kept"))
                .publish(Publishing.to(bench.topic("kept")).text("passing"))
                .publish(Publishing.to(bench.topic("kept")).text("")).published();
        assertThat(Client.text(retained("client"))).isEqualTo("kept");
    }

    private Client subscribe(Client client, RetainHandling handling) {
        return client.subscribed(Subscribing.to(bench.topic("kept"), AT_MOST_ONCE).retained(handling));
    }

    @Test
    void retain_handling_0_sends_them_with_every_subscribe__MQTT_3_3_1_9__MQTT_3_8_4_4() {
        Client client = bench.connected("client").publish(kept());
        for (int times = 0; times < 3; times++) {
            assertThat(subscribe(client, RetainHandling.SEND).receive().retain()).isTrue();
            client.idle();
        }
    }

    @Test
    void retain_handling_1_sends_them_to_a_new_subscription_only__MQTT_3_3_1_10() {
        Client client = bench.connected(bench.as("client").expiry(60)).publish(kept());
        assertThat(subscribe(client, RetainHandling.SEND_IF_NEW).receive().retain()).isTrue();
        subscribe(client, RetainHandling.SEND_IF_NEW).idle();
        client.close();
        Client again = bench.connected(bench.as("client").resuming().expiry(60));
        subscribe(again, RetainHandling.SEND_IF_NEW).idle();
        again.unsubscribe(5, bench.topic("kept"));
        assertThat(subscribe(again, RetainHandling.SEND_IF_NEW).receive().retain()).isTrue();
    }

    @Test
    void retain_handling_2_never_sends_them__MQTT_3_3_1_11() {
        Client client = bench.connected("client").publish(kept());
        subscribe(client, RetainHandling.DO_NOT_SEND).idle();
        subscribe(client, RetainHandling.DO_NOT_SEND).idle();
        client.publish(kept().text("live"));
        assertThat(Client.text(client.receive())).isEqualTo("live");
    }

    @Test
    void RETAIN_is_0_when_a_message_is_passed_on__MQTT_3_3_1_12() {
        Client client = bench.subscribed("client", bench.topic("#"), AT_LEAST_ONCE);
        client.publish(kept());
        assertThat(client.receive().retain()).isFalse();
        bench.connected("other").publish(kept().atLeastOnce(1));
        assertThat(client.receive().retain()).isFalse();
    }

    @Test
    void RETAIN_is_as_published_for_who_asked_for_it__MQTT_3_3_1_13() {
        Client client = bench.connected("client")
                .subscribed(Subscribing.to(bench.topic("#"), AT_LEAST_ONCE).retainAsPublished());
        client.publish(kept()).publish(Publishing.to(bench.topic("kept")));
        assertThat(client.receive().retain()).isTrue();
        assertThat(client.receive().retain()).isFalse();
    }
}
