package dev.gatehouse.bench;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

class ArrivalsTest {
    private static final Stream AT_LEAST_ONCE = new Stream("p", "a", Qos.AT_LEAST_ONCE);
    private static final Stream EXACTLY_ONCE = new Stream("p", "b", Qos.EXACTLY_ONCE);

    private final Findings findings = new Findings();
    private final Ledger ledger = new Ledger(List.of(AT_LEAST_ONCE, EXACTLY_ONCE));
    private final Arrivals arrivals = new Arrivals("s", ledger, findings, 0, 2);

    private Label acknowledged(int stream, int packetId) {
        Label label = ledger.send(stream);
        ledger.acknowledge(label, packetId);
        return label;
    }

    private void arrive(Label label) {
        Stream stream = ledger.stream(label.stream());
        arrivals.arrive(label, stream.topic(), stream.qos());
    }

    @Test
    void what_arrives_once_and_in_order_is_no_violation() {
        for (int i = 1; i <= 3; i++) {
            arrive(acknowledged(0, i));
            arrive(acknowledged(1, 100 + i));
        }
        arrivals.check();
        assertThat(findings.isEmpty()).isTrue();
        assertThat(arrivals.accounted()).isEqualTo(ledger.acknowledged()).isEqualTo(6);
    }

    @Test
    void an_acknowledged_message_that_does_not_arrive_is_missing_with_its_publisher_and_acknowledgement() {
        arrive(acknowledged(0, 7));
        Label second = acknowledged(0, 8);
        arrive(acknowledged(0, 9));
        arrivals.check();
        arrivals.check();
        assertThat(findings.count()).isOne();
        assertThat(findings.of(Violation.Kind.MISSING)).singleElement().asString()
                .startsWith("s: message 2 of p to a at QoS 1, PUBACK of packet id 8 after ");
        assertThat(arrivals.lost()).isOne();
        assertThat(arrivals.accounted()).isEqualTo(3);
        assertThat(second.sequence()).isEqualTo(2);
    }

    @Test
    void the_last_message_of_a_stream_can_be_missing_too() {
        arrive(acknowledged(1, 1));
        acknowledged(1, 2);
        arrivals.check();
        assertThat(findings.of(Violation.Kind.MISSING)).singleElement().asString().contains("message 2 of p to b",
                "PUBREC");
    }

    @Test
    void what_is_not_acknowledged_may_be_missing_until_it_is() {
        Label label = ledger.send(0);
        arrivals.check();
        assertThat(findings.isEmpty()).isTrue();
        ledger.acknowledge(label, 1);
        arrivals.check();
        assertThat(findings.count(Violation.Kind.MISSING)).isOne();
    }

    @Test
    void a_second_arrival_is_a_violation_at_QoS_2_only__MQTT_4_3_3_2() {
        Label once = acknowledged(0, 1);
        arrive(once);
        arrive(once);
        assertThat(findings.isEmpty()).isTrue();
        assertThat(arrivals.duplicates()).isOne();
        Label exact = acknowledged(1, 2);
        arrive(exact);
        arrive(exact);
        assertThat(findings.of(Violation.Kind.DUPLICATE)).singleElement().asString().contains("message 1 of p to b");
    }

    @Test
    void a_first_arrival_after_a_later_message_is_out_of_order__MQTT_4_6_0_5() {
        Label first = acknowledged(0, 1);
        Label second = acknowledged(0, 2);
        arrive(second);
        arrive(first);
        assertThat(findings.count()).isOne();
        assertThat(findings.of(Violation.Kind.REORDERED)).singleElement().asString()
                .contains("arrived after message 2: message 1 of p to a");
    }

    @Test
    void going_back_and_repeating_is_in_order_at_QoS_1() {
        Label first = acknowledged(0, 1);
        Label second = acknowledged(0, 2);
        List.of(first, second, first, second).forEach(this::arrive);
        arrive(acknowledged(0, 3));
        assertThat(findings.isEmpty()).isTrue();
        assertThat(arrivals.duplicates()).isEqualTo(2);
    }

    @Test
    void what_was_never_sent_or_comes_on_another_topic_or_QoS_is_foreign() {
        Label label = acknowledged(0, 1);
        arrivals.arrive(new Label(0, 2), "a", Qos.AT_LEAST_ONCE);
        arrivals.arrive(new Label(5, 1), "a", Qos.AT_LEAST_ONCE);
        arrivals.arrive(label, "b", Qos.AT_LEAST_ONCE);
        arrivals.arrive(label, "a", Qos.AT_MOST_ONCE);
        assertThat(findings.count(Violation.Kind.FOREIGN)).isEqualTo(4);
        assertThat(arrivals.distinct()).isZero();
    }
}
