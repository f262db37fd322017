package dev.gatehouse.bench;

import java.util.List;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerTest {
    private final Ledger ledger = new Ledger(List.of(new Stream("p", "t", Qos.AT_LEAST_ONCE)));

    @Test
    void a_message_acknowledged_twice_counts_once() {
        Label label = ledger.send(0);
        ledger.acknowledge(label, 1);
        ledger.acknowledge(label, 1);
        assertThat(ledger.acknowledged()).isOne();
    }

    @Test
    void it_takes_as_many_messages_as_are_sent() {
        for (int i = 1; i <= 100_000; i++) {
            Label label = ledger.send(0);
            assertThat(label.sequence()).isEqualTo(i);
            ledger.acknowledge(label, i % 65_535 + 1);
        }
        assertThat(ledger.acknowledged()).isEqualTo(100_000);
        assertThat(ledger.isAcknowledged(0, 100_000)).isTrue();
        assertThat(ledger.describe(new Label(0, 65_535))).contains("PUBACK of packet id 1 after");
    }

    @Test
    void only_what_was_sent_is_known() {
        ledger.send(0);
        assertThat(ledger.wasSent(new Label(0, 1))).isTrue();
        assertThat(ledger.wasSent(new Label(0, 2))).isFalse();
        assertThat(ledger.wasSent(new Label(0, 0))).isFalse();
        assertThat(ledger.wasSent(new Label(1, 1))).isFalse();
        assertThat(ledger.wasSent(new Label(-1, 1))).isFalse();
    }

    @Test
    void a_label_is_read_back_from_its_payload_and_from_nothing_else() {
        Label label = new Label(3, 70_000);
        assertThat(Label.read(label.payload(Label.BYTES))).isEqualTo(label);
        assertThat(Label.read(Unpooled.wrappedBuffer(label.payload(200)))).isEqualTo(label);
        byte[] changed = label.payload(200);
        changed[199] ^= 1;
        assertThat(Label.read(changed)).isNull();
        assertThat(Label.read(new byte[Label.BYTES])).isNull();
        assertThat(Label.read(new byte[3])).isNull();
        assertThat(Label.read(Unpooled.EMPTY_BUFFER)).isNull();
    }
}
