package dev.gatehouse.server;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadSizesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReadSizes.Size size = new ReadSizes(4).newHandle();

    /// One turn in which the socket has so many bytes.
    ///
    /// @return how often it was read
    private int turn(int bytes) {
        size.reset(channel.config());
        int left = bytes;
        int reads = 0;
        do {
            int attempt = size.guess();
            size.attemptedBytesRead(attempt);
            int read = Math.min(attempt, left);
            left -= read;
            size.lastBytesRead(read);
            size.incMessagesRead(1);
            reads++;
        } while (size.continueReading());
        size.readComplete();
        return reads;
    }

    @Test
    void what_fills_the_buffer_makes_the_next_one_larger_at_once() {
        assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_FIRST);
        assertThat(turn(40_000)).as("2048, 16 384, and the rest").isEqualTo(3);
        assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_MAX);
        assertThat(turn(40_000)).isEqualTo(1);
    }

    @Test
    void what_leaves_it_half_empty_makes_it_smaller_slowly_and_never_too_small() {
        for (int i = 0; i < 3; i++) {
            turn(100);
            assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_FIRST);
        }
        turn(100);
        assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_FIRST / 2);
        for (int i = 0; i < 100; i++) {
            turn(1);
        }
        assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_MIN);
    }

    @Test
    void one_large_turn_in_four_keeps_it_as_it_is() {
        for (int i = 0; i < 100; i++) {
            turn(i % 4 == 0 ? 1_500 : 100);
        }
        assertThat(size.guess()).isEqualTo(ReadSizes.BYTES_FIRST);
    }

    @Test
    void others_have_their_turn_after_so_many_reads() {
        assertThat(turn(10 << 20)).isEqualTo(4);
    }

    @Test
    void a_connection_that_is_not_to_be_read_is_not_read_on() {
        size.reset(channel.config());
        size.attemptedBytesRead(2_048);
        size.lastBytesRead(2_048);
        size.incMessagesRead(1);
        assertThat(size.continueReading()).isTrue();
        channel.config().setAutoRead(false);
        assertThat(size.continueReading()).isFalse();
        assertThat(size.continueReading(() -> true)).isFalse();
    }
}
