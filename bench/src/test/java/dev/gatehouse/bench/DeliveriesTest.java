package dev.gatehouse.bench;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

class DeliveriesTest {
    private final Findings findings = new Findings();
    private final Ledger ledger = new Ledger(List.of(new Stream("p", "t", Qos.AT_LEAST_ONCE),
            new Stream("p", "t", Qos.EXACTLY_ONCE)));
    private final Arrivals arrivals = new Arrivals("s", ledger, findings, 0, 2);
    private final Deliveries deliveries = new Deliveries("s", ledger, arrivals, findings);
    private final Label one = ledger.send(0);
    private final Label another = ledger.send(0);
    private final Label exact = ledger.send(1);
    private final Label anotherExact = ledger.send(1);

    private void comes(Label label, int packetId, boolean duplicate) {
        deliveries.publish(label, "t", ledger.stream(label.stream()).qos(), packetId, duplicate);
    }

    @Test
    void what_was_not_acknowledged_comes_again_under_its_packet_id_with_DUP__MQTT_4_4_0_1() {
        comes(one, 1, false);
        comes(exact, 2, false);
        deliveries.reconnect();
        assertThat(deliveries.isOwed()).isTrue();
        comes(one, 1, true);
        comes(exact, 2, true);
        assertThat(deliveries.isOwed()).isFalse();
        deliveries.check();
        assertThat(findings.isEmpty()).isTrue();
        assertThat(deliveries.redelivered()).isEqualTo(2);
        assertThat(arrivals.duplicates()).isOne();
        assertThat(arrivals.distinct()).isEqualTo(2);
    }

    @Test
    void what_does_not_come_again_is_found_once() {
        comes(one, 1, false);
        comes(exact, 2, false);
        deliveries.answer(2); // PUBREC sent: PUBLISH or PUBREL is owed all the same
        deliveries.reconnect();
        deliveries.check();
        deliveries.check();
        assertThat(findings.count(Violation.Kind.NOT_RESENT)).isEqualTo(2);
    }

    @Test
    void after_PUBACK_nothing_is_owed_and_the_packet_id_is_free() {
        comes(one, 1, false);
        deliveries.answer(1);
        deliveries.reconnect();
        assertThat(deliveries.isOwed()).isFalse();
        comes(another, 1, false);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void a_PUBREL_settles_what_is_owed_at_QoS_2() {
        comes(exact, 2, false);
        deliveries.answer(2);
        deliveries.reconnect();
        deliveries.release(2);
        assertThat(deliveries.isOwed()).isFalse();
        comes(anotherExact, 2, false);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void another_packet_id_for_what_is_sent_again_is_found() {
        comes(one, 1, false);
        deliveries.reconnect();
        comes(one, 9, true);
        assertThat(findings.of(Violation.Kind.ID_CHANGED)).singleElement().asString()
                .contains("packet id 9, which was 1 before", "message 1 of p");
    }

    @Test
    void a_publishers_second_copy_may_have_another_packet_id() {
        comes(one, 1, false);
        ledger.sendAgain(one);
        deliveries.reconnect();
        comes(one, 1, true);
        comes(one, 9, false);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void without_DUP_it_is_found__MQTT_3_3_1_1() {
        comes(one, 1, false);
        deliveries.reconnect();
        comes(one, 1, false);
        assertThat(findings.of(Violation.Kind.NOT_MARKED)).hasSize(1);
    }

    @Test
    void DUP_on_what_is_newer_than_the_connection_is_found__MQTT_3_3_1_3() {
        comes(one, 1, true);
        assertThat(findings.of(Violation.Kind.MARKED)).singleElement().asString().contains("packet id 1: message 1");
        deliveries.reconnect();
        comes(another, 2, true); // the service may have sent it before
        comes(ledger.send(0), 3, true);
        assertThat(findings.of(Violation.Kind.MARKED)).hasSize(2);
    }

    @Test
    void a_packet_id_under_way_must_not_name_another_message__MQTT_2_2_1_4() {
        comes(one, 1, false);
        comes(another, 1, false);
        assertThat(findings.of(Violation.Kind.ID_TAKEN)).hasSize(1);
        comes(exact, 2, false);
        deliveries.answer(2);
        comes(anotherExact, 2, false);
        assertThat(findings.of(Violation.Kind.ID_TAKEN)).hasSize(2);
    }

    @Test
    void the_same_packet_again_at_QoS_2_is_one_message_and_after_PUBREL_it_is_two__MQTT_4_3_3_2() {
        comes(exact, 2, false);
        deliveries.answer(2);
        deliveries.reconnect();
        comes(exact, 2, true);
        assertThat(findings.isEmpty()).isTrue();
        deliveries.release(2);
        comes(exact, 2, true);
        assertThat(findings.of(Violation.Kind.DUPLICATE)).hasSize(1);
    }
}
