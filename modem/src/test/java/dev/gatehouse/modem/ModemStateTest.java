package dev.gatehouse.modem;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.modem.ModemState.Event;
import dev.gatehouse.modem.at.Trouble;

import static org.assertj.core.api.Assertions.assertThat;

class ModemStateTest {
    private static final ModemState FAILED = new ModemState.Failed(Trouble.MUTE, "");

    private static ModemState after(Event... events) {
        ModemState state = new ModemState.Starting();
        for (Event event : events) {
            state = ModemState.next(state, event);
        }
        return state;
    }

    @Test
    void a_modem_that_is_well_comes_online_step_by_step() {
        assertThat(after(new Event.Answers(), new Event.Ready(), new Event.Ready(), new Event.Ready(),
                new Event.Attached("10.0.0.1"))).isEqualTo(new ModemState.Online("10.0.0.1"));
    }

    @Test
    void a_lost_network_is_looked_for_again_and_a_restart_begins_at_the_beginning() {
        ModemState online = new ModemState.Online("");
        assertThat(ModemState.next(online, new Event.NetworkLost(""))).isInstanceOf(ModemState.Registering.class);
        assertThat(ModemState.next(online, new Event.Restarted(""))).isInstanceOf(ModemState.Starting.class);
    }

    @Test
    void trouble_is_tried_again_unless_only_a_person_can_help() {
        assertThat(ModemState.next(FAILED, new Event.Retry())).isInstanceOf(ModemState.Starting.class);
        ModemState wrongPin = new ModemState.Failed(Trouble.SIM_PIN_WRONG, "");
        assertThat(ModemState.next(wrongPin, new Event.Retry())).isEqualTo(wrongPin);
    }

    @Test
    void closed_is_closed() {
        for (Event event : List.<Event>of(new Event.Answers(), new Event.Ready(), new Event.Attached(""),
                new Event.NetworkLost(""), new Event.Restarted(""), new Event.Troubled(Trouble.MUTE, ""),
                new Event.Retry(), new Event.Doubted())) {
            assertThat(ModemState.next(new ModemState.Closed(), event)).isInstanceOf(ModemState.Closed.class);
        }
    }
}
