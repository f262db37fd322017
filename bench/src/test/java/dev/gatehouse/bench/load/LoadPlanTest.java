package dev.gatehouse.bench.load;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

class LoadPlanTest {
    private static LoadPlan plan(Shape shape, int senders, int receivers) {
        return LoadPlan.of(shape, senders, receivers, Qos.AT_MOST_ONCE, Version.MQTT_5, 64);
    }

    @Test
    void each_shape_subscribes_to_what_it_is_about() {
        assertThat(plan(Shape.PAIRS, 4, 4).filters(2)).containsExactly("load/2");
        assertThat(plan(Shape.PAIRS, 4, 4).over(10).filters(2)).containsExactly("load/2/+");
        assertThat(plan(Shape.FAN_IN, 100, 1).filters(0)).containsExactly("load/+");
        assertThat(plan(Shape.FAN_OUT, 1, 1000).filters(999)).containsExactly("load/0");
        assertThat(plan(Shape.SHARED, 4, 8).filters(7)).containsExactly("$share/group/load/+");
    }

    @Test
    void the_usual_bound_is_smaller_with_many_copies_and_with_large_messages() {
        assertThat(LoadPlan.usualOutstanding(Shape.PAIRS, 4, 4, 64)).isEqualTo(1024);
        assertThat(LoadPlan.usualOutstanding(Shape.PAIRS, 4, 4, 16_384)).isEqualTo(63);
        assertThat(LoadPlan.usualOutstanding(Shape.FAN_OUT, 1, 1000, 64)).isEqualTo(8);
        assertThat(LoadPlan.usualOutstanding(Shape.FAN_IN, 100, 1, 64)).isEqualTo(81);
    }

    @Test
    void what_cannot_be_is_said() {
        assertThat(plan(Shape.PAIRS, 4, 4).problems()).isEmpty();
        assertThat(plan(Shape.PAIRS, 4, 5).problems()).containsExactly("pairs have as many senders as receivers");
        assertThat(plan(Shape.OFFLINE, 4, 4).problems()).containsExactly("QoS 0 waits for nobody");
        assertThat(LoadPlan.of(Shape.PAIRS, 1, 1, Qos.AT_MOST_ONCE, Version.MQTT_5, 15).problems()).hasSize(1);
        assertThat(LoadPlan.of(Shape.PAIRS, 1, 1, Qos.AT_MOST_ONCE, Version.MQTT_5, 16).problems()).isEmpty();
        assertThat(plan(Shape.PAIRS, 1, 1).bounded(0).problems()).hasSize(1);
        assertThat(plan(Shape.PAIRS, 1, 1).bounded(30_001).problems()).hasSize(1);
    }
}
