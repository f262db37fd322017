package dev.gatehouse.bench.load;

import java.util.BitSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequencesTest {
    private final Sequences all = Sequences.all(2);

    @Test
    void all_in_order_is_nothing_to_complain_about() {
        for (int i = 0; i < 100; i++) {
            assertThat(all.arrived(1, i)).isEqualTo(1);
        }
        assertFaults(all, 0, 0, 0);
    }

    @Test
    void a_gap_counts_as_lost_and_settles_what_was_lost() {
        all.arrived(0, 0);
        assertThat(all.arrived(0, 5)).isEqualTo(5);
        assertFaults(all, 4, 0, 0);
    }

    @Test
    void what_fills_a_gap_was_out_of_order_and_not_lost() {
        all.arrived(0, 2);
        assertThat(all.arrived(0, 1)).isZero();
        assertFaults(all, 1, 0, 1);
        all.arrived(0, 0);
        assertFaults(all, 0, 0, 2);
    }

    @Test
    void a_second_time_is_a_duplicate() {
        all.arrived(0, 0);
        all.arrived(0, 1);
        assertThat(all.arrived(0, 1)).isZero();
        assertThat(all.arrived(0, 0)).isZero();
        assertFaults(all, 0, 2, 0);
    }

    @Test
    void what_is_given_up_is_lost_once_and_out_of_order_if_it_comes_after_all() {
        all.arrived(0, 0);
        assertThat(all.giveUp(0, 4)).isEqualTo(3);
        assertThat(all.giveUp(0, 4)).isZero();
        assertFaults(all, 3, 0, 0);
        all.arrived(0, 2);
        assertFaults(all, 2, 0, 1);
        assertThat(all.arrived(0, 4)).isEqualTo(1);
    }

    @Test
    void members_of_a_group_lose_nothing_when_another_got_it() {
        BitSet[] group = Sequences.group(1);
        Sequences one = Sequences.share(group);
        Sequences other = Sequences.share(group);
        for (int i = 0; i < 10; i++) {
            assertThat((i % 2 == 0 ? one : other).arrived(0, i)).isEqualTo(1);
        }
        assertFaults(one, 0, 0, 0);
        assertFaults(other, 0, 0, 0);
        assertThat(other.arrived(0, 0)).isZero();
        assertFaults(other, 0, 1, 0);
    }

    @Test
    void what_no_member_of_a_group_got_is_lost_once() {
        BitSet[] group = Sequences.group(1);
        Sequences one = Sequences.share(group);
        Sequences other = Sequences.share(group);
        one.arrived(0, 0);
        other.arrived(0, 2);
        assertThat(one.giveUp(0, 4)).isEqualTo(2);
        assertThat(other.giveUp(0, 4)).isZero();
        assertThat(one.lost() + other.lost()).isEqualTo(2);
    }

    private static void assertFaults(Sequences sequences, int lost, int duplicates, int misordered) {
        assertThat(sequences.lost()).as("lost").isEqualTo(lost);
        assertThat(sequences.duplicates()).as("duplicates").isEqualTo(duplicates);
        assertThat(sequences.misordered()).as("out of order").isEqualTo(misordered);
    }
}
