package dev.gatehouse.server.trail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Trail;

import static dev.gatehouse.server.trail.Ledgers.SECOND;
import static dev.gatehouse.server.trail.Ledgers.START;
import static org.assertj.core.api.Assertions.assertThat;

class TrailLedgerTest {
    private static final int LINES_MAX = 200;

    @TempDir
    Path data;

    private Ledgers it;

    @BeforeEach
    void open() {
        it = new Ledgers(data, new TrailSettings(LINES_MAX, 2 << 20, 64 << 20, 7, 1 << 20, 8_192, 10), START);
    }

    @AfterEach
    void close() {
        it.close();
    }

    @Test
    void the_same_failure_again_is_one_line_with_count_times_and_rate() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(it.refused("192.0.2.1", "acme", "meter"));
            it.now.addAndGet(10 * SECOND - 1_000);
        }
        assertThat(it.failures("acme")).singleElement().satisfies(line -> {
            assertThat(line.count()).isEqualTo(7);
            assertThat(line.cause()).isEqualTo("bad-credentials");
            assertThat(line.id()).isEqualTo(ids.getLast());
            assertThat(line.firstId()).isEqualTo(ids.getFirst());
            assertThat(line.timeMicros() - line.firstTimeMicros()).isEqualTo(60 * SECOND);
            assertThat(line.ratePerMinute()).isEqualTo(6.0);
        });
    }

    @Test
    void what_differs_in_address_client_user_or_cause_is_a_line_of_its_own() {
        it.refused("192.0.2.1", "acme", "meter");
        it.refused("192.0.2.2", "acme", "meter");
        it.refused("192.0.2.1", "acme", "valve");
        it.refused("192.0.2.1", "acme", "meter", Ending.PACKET_TOO_LARGE);
        it.refused("192.0.2.1", "globex", "meter");
        assertThat(it.failures("acme")).hasSize(4).allMatch(line -> line.count() == 1);
        assertThat(it.failures("globex")).hasSize(1);
    }

    @Test
    void a_folded_line_is_found_by_its_first_and_by_each_of_its_last_64_attempts_and_says_that_it_is_folded() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(it.refused("192.0.2.1", "acme", "meter"));
        }
        for (String id : Stream.concat(ids.stream().limit(1), ids.stream().skip(36)).toList()) {
            Found found = it.ledger.queries().find(id).orElseThrow();
            assertThat(found.isFolded()).isEqualTo(!id.equals(ids.getLast()));
            assertThat(found.trail()).isNotNull().extracting(Trail::id).isEqualTo(ids.getLast());
            assertThat(found.line().count()).isEqualTo(100);
        }
        assertThat(it.ledger.queries().find("0123456789AB")).isEmpty();
        assertThat(it.ledger.queries().find("not an id")).isEmpty();
    }

    @Test
    void attempts_that_end_in_another_order_than_they_began_keep_the_newest_trail() {
        Attempt first = it.accept("192.0.2.1", "acme", "meter");
        Attempt second = it.accept("192.0.2.1", "acme", "meter");
        it.end(second, Ending.WRONG_PASSWORD);
        it.end(first, Ending.WRONG_PASSWORD);
        Line line = it.failures("acme").getFirst();
        assertThat(line.id()).isEqualTo(second.id());
        assertThat(line.firstTimeMicros()).isEqualTo(first.startedMicros());
        assertThat(it.ledger.queries().find(first.id())).isPresent();
    }

    @Test
    void open_and_unfinished_connections_are_listed_without_a_cause_and_not_among_the_failures() {
        Attempt shaking = it.accept("192.0.2.1", "acme", "a");
        Attempt open = it.accept("192.0.2.1", "acme", "b");
        it.open(open, "b");
        assertThat(it.all("acme")).extracting(Line::id).containsExactly(open.id(), shaking.id());
        assertThat(it.all("acme")).extracting(Line::state).containsExactly(Trail.State.OPEN, Trail.State.HANDSHAKING);
        assertThat(it.failures("acme")).isEmpty();
        assertThat(it.ledger.queries().find(open.id())).isPresent();
        it.end(open, Ending.CLIENT_DISCONNECTED);
        assertThat(it.all("acme")).filteredOn(line -> line.id().equals(open.id())).singleElement()
                .extracting(Line::state).isEqualTo(Trail.State.ENDED);
    }

    @Test
    void the_census_follows_the_attempts_and_ending_twice_is_once() {
        Attempt open = it.accept("192.0.2.1", "acme", "b");
        it.open(open, "b");
        it.refused("192.0.2.1", "acme", "c");
        it.refused("192.0.2.1", null, "c", Ending.NO_SERVER_NAME);
        it.end(open, Ending.KEEP_ALIVE_MISSED);
        it.ledger.ended(open);
        Census.Figures acme = it.ledger.census().of("acme");
        assertThat(acme.accepted()).isEqualTo(2);
        assertThat(acme.ended()).isEqualTo(1);
        assertThat(acme.refused()).containsOnlyKeys(Cause.BAD_CREDENTIALS);
        assertThat(it.ledger.census().of(null).refused()).containsOnlyKeys(Cause.SNI_MISSING);
        assertThat(it.failures("acme")).hasSize(2);
        assertThat(it.failures("")).hasSize(1);
    }

    @Test
    void a_tenant_that_nobody_added_gets_nothing_the_attempt_stays_the_operators() {
        it.refused("192.0.2.1", "made-up", "c");
        assertThat(it.failures("")).singleElement().extracting(Line::tenant).isNull();
        assertThat(it.ledger.census().snapshot().tenants()).containsOnlyKeys("acme", "globex");
    }

    @Test
    void a_hundred_thousand_client_ids_from_one_address_crowd_out_nobody_else() {
        String other = it.refused("198.51.100.7", "acme", "meter");
        String rare = it.refused("198.51.100.8", "acme", "valve", Ending.PACKET_TOO_LARGE);
        String served = it.served("198.51.100.9", "acme", "pump");
        String foreign = it.refused("198.51.100.7", "globex", "meter");
        for (int i = 0; i < 100_000; i++) {
            it.refused("203.0.113.66", "acme", "made-up-" + i);
        }
        assertThat(it.inMemory("acme")).extracting(Line::id).contains(other, rare, served);
        assertThat(it.inMemory("acme")).hasSizeLessThanOrEqualTo(LINES_MAX);
        assertThat(it.inMemory("globex")).extracting(Line::id).containsExactly(foreign);
        assertThat(it.ledger.census().of("acme").accepted()).isEqualTo(100_003);
        assertThat(it.ledger.memoryBytes()).isLessThan(3 << 20);
    }

    @Test
    void many_addresses_with_one_fault_leave_the_other_faults() {
        String rare = it.refused("198.51.100.8", null, "valve", Ending.PACKET_TOO_LARGE);
        for (int i = 0; i < 5_000; i++) {
            it.refused("203.0." + i / 250 + "." + i % 250, null, "c" + i, Ending.NO_SERVER_NAME);
        }
        assertThat(it.inMemory(null)).extracting(Line::id).contains(rare);
        assertThat(it.inMemory(null)).hasSizeLessThanOrEqualTo(LINES_MAX);
    }

    @Test
    void addresses_of_one_ipv6_network_count_as_one() {
        assertThat(Entry.network("[2001:db8:1:2:aaaa::1]")).isEqualTo(Entry.network("[2001:db8:1:2:bbbb:1:2:3]"))
                .isNotEqualTo(Entry.network("[2001:db8:1:3::1]"));
        assertThat(Entry.network("192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(Entry.network("[::1]")).isEqualTo(Entry.network("[::2]"));
    }

    @Test
    void successes_do_not_push_out_failures() {
        String failed = it.refused("198.51.100.8", "acme", "valve");
        for (int i = 0; i < 2_000; i++) {
            it.served("198.51.100.9", "acme", "pump" + i % 7);
        }
        assertThat(it.inMemory("acme")).extracting(Line::id).contains(failed);
        assertThat(it.inMemory("acme")).filteredOn(line -> !line.isFailure()).hasSizeLessThanOrEqualTo(LINES_MAX / 4);
    }

    @Test
    void bytes_bound_the_lines_too() {
        it.close();
        it = new Ledgers(data, new TrailSettings(1_000, 65_536, 65_536, 7, 0, 8_192, 10), START);
        for (int i = 0; i < 1_000; i++) {
            it.refused("203.0.113." + i % 250, "acme", ("x" + i).repeat(60));
        }
        assertThat(it.ledger.memoryBytes()).isBetween(10_000L, 65_536L);
        assertThat(it.inMemory("acme")).hasSizeGreaterThan(10);
    }

    @Test
    void many_tenants_together_stay_within_the_bound_for_all() {
        it.close();
        it = new Ledgers(data, new TrailSettings(1_000, 1 << 20, 2 << 20, 7, 0, 8_192, 10), START);
        for (int tenant = 0; tenant < 30; tenant++) {
            it.ledger.tenantAdded("t" + tenant);
            for (int i = 0; i < 200; i++) {
                it.refused("203.0.113." + i, "t" + tenant, "c" + i);
            }
        }
        it.ledger.tick(it.now.get());
        assertThat(it.ledger.memoryBytes()).isLessThanOrEqualTo(2 << 20);
        for (int tenant = 0; tenant < 30; tenant++) {
            assertThat(it.inMemory("t" + tenant)).as("tenant %d", tenant).hasSizeGreaterThan(5);
        }
    }

    @Test
    void a_removed_tenants_lines_are_gone_and_its_late_endings_are_the_operators() {
        it.refused("192.0.2.1", "acme", "meter");
        Attempt late = it.accept("192.0.2.1", "acme", "late");
        it.ledger.tenantRemoved("acme");
        it.end(late, Ending.TENANT_REMOVED);
        assertThat(it.all("acme")).isEmpty();
        assertThat(it.failures("")).extracting(Line::id).containsExactly(late.id());
        assertThat(it.ledger.census().of(null).accepted()).isEqualTo(2);
    }

    @Test
    void a_limit_gives_the_newest() {
        for (int i = 0; i < 20; i++) {
            it.refused("192.0.2.1", i % 2 == 0 ? "acme" : "globex", "c" + i);
        }
        assertThat(it.ledger.queries().attempts(LineFilter.ALL, 3)).extracting(Line::clientId).containsExactly("c19",
                "c18", "c17");
        assertThat(it.ledger.queries().attempts(new LineFilter("acme", true), 2)).extracting(Line::clientId)
                .containsExactly("c18", "c16");
    }
}
