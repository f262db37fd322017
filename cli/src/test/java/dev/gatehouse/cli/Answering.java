package dev.gatehouse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.journal.rocksdb.RocksStore;
import dev.gatehouse.server.access.RegistryStore;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.admin.AdminServer;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.admin.SocketFault;
import dev.gatehouse.server.admin.Status;
import dev.gatehouse.server.trail.TrailLedger;
import dev.gatehouse.server.trail.TrailSettings;

/// The part of the service that commands talk to, with a clock and a chance that are the same in every run.
final class Answering implements AutoCloseable {
    private static final long MINUTE_MICROS = 60_000_000L;

    final AtomicLong now = new AtomicLong(1_790_000_000_000_000L);
    final TenantDirectory directory;
    final AdminServer server;
    final List<Request.Drain> drained = Collections.synchronizedList(new ArrayList<>());
    private final RocksStore store;
    private final TrailLedger ledger;

    Answering(Path data) throws SocketFault {
        store = RocksStore.open(data);
        directory = new TenantDirectory("mq.test", List.of(), new Stored(), new Random(1), 4_096);
        ledger = new TrailLedger(TrailSettings.defaults(), store.attempts(), now::get, new Random(1));
        ledger.tenantAdded("acme");
        Status status = new Status("1.2.3", now.get(), 4711, "/srv/gatehouse", "epoll", "BoringSSL",
                List.of(new Status.Listening("tls", "mqtts", "127.0.0.1:8883")), null);
        server = AdminServer.start(AdminServer.socketIn(data), directory, ledger, () -> status, drained::add);
    }

    private static final class Stored implements RegistryStore {
        private final Map<String, byte[]> values = new TreeMap<>();

        @Override
        public void put(String key, byte[] value) {
            values.put(key, value);
        }

        @Override
        public void delete(String key) {
            values.remove(key);
        }

        @Override
        public Map<String, byte[]> scan(String prefix) {
            Map<String, byte[]> found = new TreeMap<>(values);
            found.keySet().removeIf(key -> !key.startsWith(prefix));
            return found;
        }
    }

    /// The forum thread's device: the right user and password, no server name. A minute after the one before.
    String withoutServerName(String clientId) {
        Attempt attempt = accept(null);
        attempt.add(new Fact.TenantUndecided(Fact.TenantUndecided.Why.NO_SERVER_NAME, "", ""), now.get());
        attempt.add(new Fact.TlsEstablished("TLS 1.2", "ECDHE-RSA-AES128-GCM-SHA256", false), now.get());
        attempt.add(new Fact.ConnectReceived("3.1.1", clientId, "eric", true, true, 60, null, 0), now.get());
        end(attempt, Ending.NO_SERVER_NAME, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE);
        return attempt.id();
    }

    /// One that came in and left in order.
    String served(String clientId) {
        Attempt attempt = accept("acme.mq.test");
        attempt.add(new Fact.TenantDecided("acme", Fact.TenantDecided.By.SERVER_NAME), now.get());
        ledger.decided(attempt, "acme");
        attempt.add(new Fact.ConnectReceived("5", clientId, "eric", true, true, 60, null, 0), now.get());
        attempt.add(new Fact.SessionOpened(clientId, false, false), now.get());
        ledger.opened(attempt);
        end(attempt, Ending.CLIENT_DISCONNECTED, Fact.Ended.By.CLIENT, Fact.Ended.How.FIN);
        return attempt.id();
    }

    private Attempt accept(@Nullable String serverName) {
        now.addAndGet(MINUTE_MICROS);
        Attempt attempt = ledger.accept(new Fact.Accepted("192.0.2.7:40112", "192.0.2.1:8883", "tls", "mqtts"));
        now.addAndGet(1_500);
        attempt.add(new Fact.ClientHelloSeen(serverName, serverName == null ? "absent" : "host-name", List.of(),
                List.of("TLS 1.2"), 12, "", "TLS 1.2, 12 cipher suites"), now.get());
        return attempt;
    }

    private void end(Attempt attempt, Ending ending, Fact.Ended.By by, Fact.Ended.How how) {
        now.addAndGet(2_500);
        ledger.ended(attempt, new Fact.Ended(ending, by, how, ""), now.get());
    }

    @Override
    public void close() {
        server.close();
        ledger.close();
        store.close();
    }
}
