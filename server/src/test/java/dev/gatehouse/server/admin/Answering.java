package dev.gatehouse.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.journal.rocksdb.RocksStore;
import dev.gatehouse.server.access.RegistryStore;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.trail.TrailLedger;
import dev.gatehouse.server.trail.TrailSettings;

/// An [AdminServer] on a real socket, with a real directory and a real ledger behind it.
final class Answering implements AutoCloseable {
    static final int TEST_SECONDS_MAX = 20;

    final Path socket;
    final TenantDirectory directory;
    final AtomicLong now = new AtomicLong(1_790_000_000_000_000L);
    final List<Request.Drain> drained = Collections.synchronizedList(new ArrayList<>());
    private final RocksStore store;
    private final TrailLedger ledger;
    private final AdminServer server;

    Answering(Path data) throws SocketFault {
        this(data, AdminLimits.defaults());
    }

    Answering(Path data, AdminLimits limits) throws SocketFault {
        socket = AdminServer.socketIn(data);
        store = RocksStore.open(data);
        directory = new TenantDirectory("mq.test", List.of(), new Stored(), new Random(1), 4_096);
        ledger = new TrailLedger(TrailSettings.defaults(), store.attempts(), now::get, new Random(1));
        directory.listen(change -> ledger.tenantAdded("acme"));
        Status status = new Status("1.2.3", now.get(), 4711, data.toString(), "nio", "JDK",
                List.of(new Status.Listening("tls", "mqtts", "127.0.0.1:8883")), null);
        server = AdminServer.start(socket, new Answers(directory, ledger, () -> status, drained::add), limits);
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

    List<ObjectNode> ask(Request request) throws SocketFault, AdminProblem {
        List<ObjectNode> lines = new ArrayList<>();
        new AdminClient(socket).ask(request, lines::add);
        return lines;
    }

    LineChannel raw() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new LineChannel(channel);
    }

    /// An attempt without a server name, refused.
    String refused(String clientId) {
        now.addAndGet(1_000);
        Attempt attempt = ledger.accept(new Fact.Accepted("192.0.2.7:40112", "127.0.0.1:8883", "tls", "mqtts"));
        attempt.add(new Fact.ClientHelloSeen(null, "absent", List.of(), List.of("TLS 1.2"), 3, "", "TLS 1.2"),
                now.get());
        attempt.add(new Fact.ConnectReceived("3.1.1", clientId, "eric", true, true, 60, null, 0), now.get());
        ledger.ended(attempt, new Fact.Ended(Ending.NO_SERVER_NAME, Fact.Ended.By.SERVER,
                Fact.Ended.How.SERVER_CLOSE, ""), now.get());
        return attempt.id();
    }

    void stopServer() {
        server.close();
    }

    @Override
    public void close() {
        server.close();
        ledger.close();
        store.close();
    }
}
