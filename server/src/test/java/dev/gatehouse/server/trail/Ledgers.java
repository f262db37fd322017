package dev.gatehouse.server.trail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.journal.rocksdb.AttemptLine;
import dev.gatehouse.journal.rocksdb.RocksStore;

/// A ledger on a real store with a clock that a test moves, and attempts of several kinds for it.
final class Ledgers implements AutoCloseable {
    static final long START = 1_790_000_000_000_000L;
    static final long SECOND = 1_000_000L;
    static final long DAY = 86_400 * SECOND;

    final AtomicLong now;
    final TrailLedger ledger;
    final RocksStore store;

    Ledgers(Path data, TrailSettings settings, long now) {
        this(data, settings, now, null);
    }

    Ledgers(Path data, TrailSettings settings, long now, @Nullable Consumer<List<AttemptLine>> append) {
        this.now = new AtomicLong(now);
        this.store = RocksStore.open(data);
        this.ledger = new TrailLedger(settings, store.attempts(), append == null ? store.attempts()::append : append,
                this.now::get, new Random(1));
        ledger.tenantAdded("acme");
        ledger.tenantAdded("globex");
    }

    static TrailSettings settings(int linesMax) {
        return new TrailSettings(linesMax, 2 << 20, 64 << 20, 7, 16 << 20, 8_192, 10);
    }

    Attempt accept(String address) {
        now.addAndGet(1_000);
        return ledger
                .accept(new Fact.Accepted(address + ":" + (now.get() / 1_000 % 60_000), "127.0.0.1:8883", "tls",
                        "mqtts"));
    }

    Attempt accept(String address, @Nullable String tenant, String clientId) {
        Attempt attempt = accept(address);
        if (tenant != null) {
            attempt.add(new Fact.TenantDecided(tenant, Fact.TenantDecided.By.SERVER_NAME), now.get());
            ledger.decided(attempt, tenant);
        }
        attempt.add(new Fact.ConnectReceived("3.1.1", clientId, "eric", true, true, 60, null, 0), now.get());
        return attempt;
    }

    /// Refused for its password.
    String refused(String address, @Nullable String tenant, String clientId) {
        return refused(address, tenant, clientId, Ending.WRONG_PASSWORD);
    }

    String refused(String address, @Nullable String tenant, String clientId, Ending ending) {
        Attempt attempt = accept(address, tenant, clientId);
        end(attempt, ending);
        return attempt.id();
    }

    /// Opened, and ended as it should.
    String served(String address, String tenant, String clientId) {
        Attempt attempt = accept(address, tenant, clientId);
        open(attempt, clientId);
        end(attempt, Ending.CLIENT_DISCONNECTED);
        return attempt.id();
    }

    void open(Attempt attempt, String clientId) {
        attempt.add(new Fact.SessionOpened(clientId, false, false), now.get());
        ledger.opened(attempt);
    }

    void end(Attempt attempt, Ending ending) {
        ledger.ended(attempt, new Fact.Ended(ending, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE, ""), now.get());
    }

    List<Line> failures(@Nullable String tenant) {
        return ledger.queries().attempts(new LineFilter(tenant, true), 100_000);
    }

    List<Line> all(@Nullable String tenant) {
        return ledger.queries().attempts(new LineFilter(tenant, false), 100_000);
    }

    List<Line> inMemory(@Nullable String tenant) {
        List<Line> lines = new ArrayList<>();
        ledger.everyShelf(shelf -> {
            if (Objects.equals(shelf.tenant(), tenant)) {
                shelf.each(entry -> lines.add(entry.line()));
            }
        });
        return lines;
    }

    @Override
    public void close() {
        ledger.close();
        store.close();
    }
}
