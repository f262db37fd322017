package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;

import static org.assertj.core.api.Assertions.assertThat;

class CensusTest {
    private static final List<String> TENANTS = List.of("a", "b", "c", "d");

    @Test
    void at_any_moment_accepted_is_handshaking_plus_open_plus_ended_plus_refused_in_total_and_for_each_owner()
            throws Exception {
        Census census = new Census();
        TENANTS.forEach(census::added);
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            Future<Long> checker = threads.submit(() -> {
                long looks = 0;
                while (!over.get()) {
                    check(census.snapshot());
                    looks++;
                }
                return looks;
            });
            Future<?> changer = threads.submit(() -> {
                Random random = new Random(99);
                while (!over.get()) {
                    String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
                    census.removed(tenant);
                    census.added(tenant);
                }
            });
            List<Future<Integer>> workers = new ArrayList<>();
            for (int seed = 0; seed < 4; seed++) {
                workers.add(threads.submit(connections(census, new Random(seed))));
            }
            int connections = 0;
            for (Future<Integer> each : workers) {
                connections += each.get();
            }
            over.set(true);
            changer.get();
            assertThat(checker.get()).isPositive();
            Census.Snapshot end = census.snapshot();
            check(end);
            assertThat(end.total().accepted()).isEqualTo(connections);
            assertThat(end.total().handshaking() + end.total().open()).isZero();
        } finally {
            over.set(true);
        }
    }

    private static Census.Seat accepted(Census census) {
        Census.Seat seat = new Census.Seat() {
        };
        census.accepted(seat);
        return seat;
    }

    private static Callable<Integer> connections(Census census, Random random) {
        return () -> {
            List<Census.Seat> seats = new ArrayList<>();
            int accepted = 0;
            for (int step = 0; step < 60_000; step++) {
                if (seats.size() < 50 && random.nextInt(3) == 0) {
                    seats.add(accepted(census));
                    accepted++;
                } else if (!seats.isEmpty()) {
                    Census.Seat seat = seats.get(random.nextInt(seats.size()));
                    switch (random.nextInt(4)) {
                        case 0 -> census.belongsTo(seat, TENANTS.get(random.nextInt(TENANTS.size())));
                        case 1 -> census.opened(seat);
                        case 2 -> census.over(seat, Cause.values()[random.nextInt(Cause.values().length)]);
                        default -> {
                            census.over(seat, Cause.BAD_CREDENTIALS);
                            seats.remove(seat);
                        }
                    }
                }
            }
            seats.forEach(seat -> census.over(seat, Cause.NO_CONNECT));
            return accepted;
        };
    }

    private static void check(Census.Snapshot snapshot) {
        List<Census.Figures> owners = new ArrayList<>(snapshot.tenants().values());
        owners.add(snapshot.operator());
        owners.forEach(CensusTest::check);
        check(snapshot.total());
        assertThat(snapshot.total().accepted()).isEqualTo(owners.stream().mapToLong(Census.Figures::accepted).sum());
        assertThat(snapshot.total().open()).isEqualTo(owners.stream().mapToLong(Census.Figures::open).sum());
        assertThat(snapshot.total().refusedInAll())
                .isEqualTo(owners.stream().mapToLong(Census.Figures::refusedInAll).sum());
    }

    private static void check(Census.Figures figures) {
        assertThat(figures.accepted())
                .isEqualTo(figures.handshaking() + figures.open() + figures.ended() + figures.refusedInAll());
        assertThat(List.of(figures.handshaking(), figures.open(), figures.ended())).allMatch(each -> each >= 0);
    }

    @Test
    void a_connection_counts_for_the_operator_until_its_tenant_is_known() {
        Census census = new Census();
        census.added("acme");
        Census.Seat seat = accepted(census);
        assertThat(census.of(null).handshaking()).isEqualTo(1);
        assertThat(census.belongsTo(seat, "acme")).isTrue();
        assertThat(census.of(null).accepted()).isZero();
        assertThat(census.of("acme").accepted()).isEqualTo(1);
        census.over(seat, Cause.BAD_CREDENTIALS);
        census.over(seat, Cause.NO_CONNECT);
        assertThat(census.of("acme").refused()).containsExactlyEntriesOf(Map.of(Cause.BAD_CREDENTIALS, 1L));
    }

    @Test
    void a_name_that_is_no_tenant_makes_no_account() {
        Census census = new Census();
        assertThat(census.belongsTo(accepted(census), "made-up")).isFalse();
        assertThat(census.snapshot().tenants()).isEmpty();
        assertThat(census.of(null).accepted()).isEqualTo(1);
    }

    @Test
    void a_removed_tenant_leaves_its_figures_and_its_open_connections_to_the_operator() {
        Census census = new Census();
        census.added("acme");
        Census.Seat ended = accepted(census);
        Census.Seat open = accepted(census);
        for (Census.Seat seat : List.of(ended, open)) {
            census.belongsTo(seat, "acme");
            census.opened(seat);
        }
        census.over(ended, Cause.UNDETERMINED);
        census.removed("acme");
        census.added("acme");
        assertThat(census.of("acme").accepted()).isZero();
        assertThat(census.of(null).open()).isEqualTo(1);
        census.over(open, Cause.TENANT_REMOVED);
        assertThat(census.of(null)).isEqualTo(new Census.Figures(2, 0, 0, 2, Map.of()));
    }
}
