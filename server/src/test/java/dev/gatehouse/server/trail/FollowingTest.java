package dev.gatehouse.server.trail;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Trail;

import static dev.gatehouse.server.trail.Ledgers.START;
import static org.assertj.core.api.Assertions.assertThat;

class FollowingTest {
    @TempDir
    Path data;

    @Test
    void a_follower_sees_a_connection_open_and_end_and_a_failure_with_its_count() throws Exception {
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START);
                Following following = it.ledger.follow(new LineFilter("acme", false))) {
            Attempt open = it.accept("192.0.2.1", "acme", "a");
            it.open(open, "a");
            it.refused("192.0.2.1", "globex", "not for us");
            it.end(open, Ending.CLIENT_DISCONNECTED);
            it.refused("192.0.2.1", "acme", "b");
            it.refused("192.0.2.1", "acme", "b");
            assertThat(next(following).state()).isEqualTo(Trail.State.OPEN);
            assertThat(next(following).state()).isEqualTo(Trail.State.ENDED);
            assertThat(next(following).count()).isEqualTo(1);
            assertThat(next(following).count()).isEqualTo(2);
            assertThat(following.next(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void who_wants_failures_only_sees_failures_only() throws Exception {
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START);
                Following following = it.ledger.follow(new LineFilter(null, true))) {
            it.served("192.0.2.1", "acme", "a");
            String id = it.refused("192.0.2.1", null, "b", Ending.NO_SERVER_NAME);
            assertThat(next(following).id()).isEqualTo(id);
            assertThat(following.next(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void a_slow_follower_loses_the_oldest_lines_and_is_told_how_many() throws Exception {
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START);
                Following following = it.ledger.follow(LineFilter.ALL)) {
            for (int i = 0; i < Following.WAITING_MAX + 10; i++) {
                it.refused("192.0.2.1", "acme", "c" + i);
            }
            assertThat(following.takeLost()).isEqualTo(10);
            assertThat(following.takeLost()).isZero();
            assertThat(next(following).clientId()).isEqualTo("c10");
        }
    }

    @Test
    void closing_wakes_the_one_who_waits() throws Exception {
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            Following following = it.ledger.follow(LineFilter.ALL);
            Thread closer = Thread.ofVirtual().start(following::close);
            assertThat(following.next(Duration.ofSeconds(20))).isEmpty();
            closer.join();
            assertThat(following.isClosed()).isTrue();
            it.refused("192.0.2.1", "acme", "after");
            assertThat(following.next(Duration.ZERO)).isEmpty();
        }
    }

    private static Line next(Following following) throws InterruptedException {
        return following.next(Duration.ofSeconds(20)).orElseThrow();
    }
}
