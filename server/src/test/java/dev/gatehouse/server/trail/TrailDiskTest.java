package dev.gatehouse.server.trail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.journal.rocksdb.AttemptLine;

import static dev.gatehouse.server.trail.Ledgers.DAY;
import static dev.gatehouse.server.trail.Ledgers.SECOND;
import static dev.gatehouse.server.trail.Ledgers.START;
import static org.assertj.core.api.Assertions.assertThat;

class TrailDiskTest {
    @TempDir
    Path data;

    @Test
    void after_a_restart_the_past_is_found_by_list_and_by_every_id() {
        List<String> folded = new ArrayList<>();
        String served;
        String nobodys;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            for (int i = 0; i < 80; i++) {
                folded.add(it.refused("192.0.2.1", "acme", "meter"));
            }
            served = it.served("192.0.2.2", "acme", "pump");
            nobodys = it.refused("192.0.2.3", null, "x", Ending.NO_SERVER_NAME);
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START + 60 * SECOND)) {
            String fresh = it.refused("192.0.2.9", "acme", "new");
            assertThat(it.all(null)).extracting(Line::id).containsExactly(fresh, nobodys, served, folded.getLast());
            assertThat(it.all("acme")).extracting(Line::id).containsExactly(fresh, served, folded.getLast());
            assertThat(it.failures("")).singleElement().satisfies(line -> {
                assertThat(line.cause()).isEqualTo("sni-missing");
                assertThat(line.fix()).isNotBlank();
            });
            assertThat(it.all("acme").getLast().count()).isEqualTo(80);
            for (String id : List.of(folded.getFirst(), folded.get(40), folded.getLast())) {
                Found found = it.ledger.queries().find(id).orElseThrow();
                assertThat(found.trail()).isNotNull().extracting(Trail::id).isEqualTo(folded.getLast());
                assertThat(found.line().count()).isEqualTo(80);
            }
        }
    }

    @Test
    void what_was_open_when_the_process_ended_is_an_attempt_that_ended_with_it() {
        String open;
        String over;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            Attempt left = it.accept("192.0.2.1", "acme", "pump");
            it.open(left, "pump");
            open = left.id();
            it.accept("192.0.2.2", "acme", "never got in");
            over = it.served("192.0.2.3", "acme", "meter");
        } // without an end for the first: to the disk that is a process that was killed
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START + 60 * SECOND)) {
            it.refused("192.0.2.9", "acme", "new"); // the writer has begun its work when it comes to this
            String fresh = it.served("192.0.2.9", "acme", "new");
            it.ledger.close();
            assertThat(it.store.attempts().underWay(10)).isEmpty();
            assertThat(it.all("acme")).extracting(Line::id).contains(fresh, over, open).hasSize(4);
            assertThat(it.failures("acme")).filteredOn(line -> line.id().equals(open)).singleElement()
                    .satisfies(line -> {
                        assertThat(line.cause()).isEqualTo("server-killed");
                        assertThat(line.clientId()).isEqualTo("pump");
                        assertThat(line.state()).isEqualTo(Trail.State.ENDED);
                    });
            assertThat(trail(it, open).endedMicros()).isGreaterThanOrEqualTo(START + 60 * SECOND);
        }
    }

    @Test
    void a_trail_comes_back_from_the_disk_as_it_was() {
        String id;
        Trail before;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            id = it.refused("192.0.2.1", "acme", "meter\u0000\n\"ü");
            before = trail(it, id);
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            assertThat(trail(it, id)).isEqualTo(before);
        }
    }

    @Test
    void a_removed_tenants_lines_are_not_shown_while_the_disk_still_has_them() throws InterruptedException {
        String id;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            id = it.refused("192.0.2.1", "acme", "meter");
        }
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START, lines -> {
            stuck.countDown();
            awaitUninterrupted(go);
        })) {
            it.refused("192.0.2.2", "globex", "valve");
            stuck.await(); // whatever is asked of the writer from now on waits
            assertThat(it.all("acme")).extracting(Line::id).containsExactly(id);
            it.ledger.tenantRemoved("acme");
            assertThat(it.store.attempts().get(id)).isPresent();
            assertThat(it.all("acme")).isEmpty();
            assertThat(it.ledger.queries().find(id)).isEmpty();
            go.countDown();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Trail trail(Ledgers it, String id) {
        return Objects.requireNonNull(it.ledger.queries().find(id).orElseThrow().trail());
    }

    @Test
    void ids_of_a_new_run_follow_those_of_the_last_even_when_the_clock_was_set_back() {
        String last;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            last = it.refused("192.0.2.1", "acme", "meter");
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START - DAY)) {
            assertThat(it.refused("192.0.2.1", "acme", "meter")).isGreaterThan(last);
        }
    }

    @Test
    void what_is_older_than_the_retention_goes_from_memory_and_disk_and_what_is_younger_stays() {
        String old;
        String young;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            old = it.refused("192.0.2.1", "acme", "old");
            it.now.addAndGet(2 * DAY);
            young = it.refused("192.0.2.1", "acme", "young");
            it.ledger.tick(it.now.get());
            assertThat(it.inMemory("acme")).hasSize(2);
            it.now.addAndGet(5 * DAY + SECOND);
            it.ledger.tick(it.now.get());
            assertThat(it.inMemory("acme")).extracting(Line::id).containsExactly(young);
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START + 8 * DAY)) {
            assertThat(it.all("acme")).extracting(Line::id).containsExactly(young);
            assertThat(it.ledger.queries().find(old)).isEmpty();
        }
    }

    @Test
    void beyond_the_days_bytes_only_counts_go_to_the_disk_and_no_attempt_is_lost_from_them() {
        TrailSettings settings = new TrailSettings(2_000, 8 << 20, 64 << 20, 7, 100_000, 8_192, 10);
        int attempts = 1_000;
        try (Ledgers it = new Ledgers(data, settings, START)) {
            for (int i = 0; i < attempts; i++) {
                it.refused("203.0.113." + i % 250, "acme", "c" + i);
            }
            it.refused("198.51.100.1", "globex", "meter");
        }
        try (Ledgers it = new Ledgers(data, settings, START)) {
            List<AttemptLine> stored = it.store.attempts().newest("acme", 10_000, null);
            assertThat(stored.stream().mapToLong(AttemptLine::bytes).sum()).isBetween(20_000L, 102_000L);
            List<Line> lines = it.failures("acme");
            assertThat(lines).hasSizeGreaterThan(5);
            assertThat(lines.stream().mapToLong(Line::count).sum()).isEqualTo(attempts);
            assertThat(lines).filteredOn(line -> line.remote().isEmpty()).singleElement().satisfies(line -> {
                assertThat(line.cause()).isEqualTo("bad-credentials");
                assertThat(line.title()).contains("details were not kept");
            });
            assertThat(it.failures("globex")).hasSize(1);
        }
    }

    @Test
    void on_the_disk_too_one_address_leaves_room_for_others_of_the_same_day() {
        TrailSettings settings = new TrailSettings(200, 2 << 20, 64 << 20, 7, 200_000, 8_192, 10);
        String rare;
        try (Ledgers it = new Ledgers(data, settings, START)) {
            for (int i = 0; i < 2_000; i++) {
                it.refused("203.0.113.66", "acme", "c" + i);
            }
            rare = it.refused("198.51.100.8", "acme", "valve");
        }
        try (Ledgers it = new Ledgers(data, settings, START)) {
            assertThat(it.ledger.queries().find(rare)).map(Found::trail).isPresent();
        }
    }

    @Test
    void the_next_day_has_a_budget_of_its_own() {
        TrailSettings settings = new TrailSettings(200, 2 << 20, 64 << 20, 7, 100_000, 8_192, 10);
        String next;
        try (Ledgers it = new Ledgers(data, settings, START)) {
            for (int i = 0; i < 500; i++) {
                it.refused("203.0.113.66", "acme", "c" + i);
            }
        }
        try (Ledgers it = new Ledgers(data, settings, START)) {
            for (int i = 0; i < 500; i++) {
                it.refused("203.0.113.66", "acme", "d" + i);
            }
            it.now.addAndGet(DAY);
            next = it.refused("203.0.113.66", "acme", "tomorrow");
        }
        try (Ledgers it = new Ledgers(data, settings, START + DAY)) {
            assertThat(it.ledger.queries().find(next)).map(Found::trail).isPresent();
        }
    }

    @Test
    void a_writer_that_cannot_keep_up_loses_details_and_counts_them_and_the_census_is_right() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        TrailSettings settings = new TrailSettings(8, 2 << 20, 64 << 20, 7, 16 << 20, 4, 10);
        List<AttemptLine> written = new ArrayList<>();
        Ledgers it = new Ledgers(data, settings, START, lines -> {
            stuck.countDown();
            awaitUnchecked(slow);
            written.addAll(lines);
        });
        it.refused("203.0.113.1", "acme", "first");
        stuck.await();
        for (int i = 0; i < 100; i++) {
            it.refused("203.0.113." + i, "acme", "c" + i);
        }
        // 1 is being written, 4 wait, 6 are in memory: all others have lost their details
        assertThat(it.ledger.dropped()).isBetween(85L, 97L);
        assertThat(it.ledger.census().of("acme").refused().values()).containsExactly(101L);
        slow.countDown();
        it.close();
        assertThat(written.stream().map(StoredLine::readLine).mapToLong(Line::count).sum()).isEqualTo(101);
    }

    @Test
    void lines_that_the_store_refuses_are_counted_and_written_when_it_is_well_again() {
        AtomicBoolean full = new AtomicBoolean(true);
        List<AttemptLine> written = new CopyOnWriteArrayList<>();
        Ledgers it = new Ledgers(data, Ledgers.settings(200), START, lines -> {
            if (full.get()) {
                throw new IllegalStateException("disk full");
            }
            written.addAll(lines);
        });
        String id = it.refused("203.0.113.1", "acme", "first");
        while (it.ledger.writesFailed() == 0) {
            Thread.onSpinWait();
        }
        full.set(false);
        it.close();
        assertThat(written).extracting(AttemptLine::key).contains(id);
    }

    @Test
    void a_folded_line_is_written_again_under_its_key_with_the_latest_count() {
        List<AttemptLine> written = new CopyOnWriteArrayList<>();
        Ledgers it = new Ledgers(data, Ledgers.settings(200), START, written::addAll);
        String first = it.refused("203.0.113.1", "acme", "meter");
        while (written.isEmpty()) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 50; i++) {
            it.refused("203.0.113.1", "acme", "meter");
        }
        it.ledger.tick(it.now.get());
        it.now.addAndGet(10 * SECOND);
        it.ledger.tick(it.now.get());
        it.close();
        assertThat(written).hasSizeBetween(2, 3).allMatch(line -> line.key().equals(first));
        assertThat(StoredLine.readLine(written.getLast()).count()).isEqualTo(51);
    }

    @Test
    void a_removed_tenants_past_is_gone_from_the_disk() {
        String foreign;
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            it.refused("203.0.113.1", "acme", "meter");
            foreign = it.refused("203.0.113.1", "globex", "meter");
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            it.ledger.tenantRemoved("acme");
        }
        try (Ledgers it = new Ledgers(data, Ledgers.settings(200), START)) {
            assertThat(it.all(null)).extracting(Line::id).containsExactly(foreign);
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
