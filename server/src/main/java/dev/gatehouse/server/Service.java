package dev.gatehouse.server;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.broker.Broker;
import dev.gatehouse.broker.Tenant;
import dev.gatehouse.broker.TenantLimits;
import dev.gatehouse.broker.journal.JournalFault;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.journal.rocksdb.Registry;
import dev.gatehouse.journal.rocksdb.RocksJournal;
import dev.gatehouse.journal.rocksdb.RocksStore;
import dev.gatehouse.journal.rocksdb.StoreFault;
import dev.gatehouse.journal.rocksdb.Sync;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.server.access.Authenticator;
import dev.gatehouse.server.access.DirectoryChange;
import dev.gatehouse.server.access.PasswordHash;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.access.RegistryStore;
import dev.gatehouse.server.access.ScramAuthenticator;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.admin.AdminServer;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.admin.SocketFault;
import dev.gatehouse.server.admin.Status;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.Listener;
import dev.gatehouse.server.trail.TrailLedger;
import dev.gatehouse.server.trail.TrailSettings;
import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.ServerTls;

/// The running service: opens the data folder, binds the listeners, and takes all of it down again in order.
///
/// - **Threads:** one event loop per processor, one for housekeeping, those of the [Authenticator] and of the
///   [TrailLedger].
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final int BACKLOG = 4_096;
    /// Buffers read from one socket before the others have their turn.
    private static final int READS_AT_ONCE = 16;
    private static final String SECRET = "secret/scram-stand-in";
    /// The share of the heap's size that output for slow readers may take: one eighth.
    private static final int SLOW_READERS_SHARE = 8;
    private static final long DRAIN_MILLIS = 3_000;
    private static final long TICK_MILLIS = 1_000;
    private static final long SLOW_TICK_MILLIS = 5_000;
    /// File descriptors that are not for connections: store, log, loops.
    private static final long DESCRIPTORS_KEPT = 256;

    private final Configuration configuration;
    private final String version;
    private final RocksStore store;
    private final TenantDirectory directory;
    private final TrailLedger ledger;
    private final Authenticator authenticator;
    private final ServerTls.Engine tls;
    private final Contexts contexts;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final RocksJournal journal;
    private final JournalWriter writer;
    private final Broker broker;
    private final @Nullable DemoUser demoUser;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> acceptors = new ArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    private final long startedMicros = nowMicros();
    private @Nullable AdminServer admin;
    private final ScramAuthenticator scram;
    private final Drain drain;
    private final ScheduledExecutorService housekeeping;
    private final long connectionsMax;

    /// Starts the service; when this returns it accepts connections.
    ///
    /// @param key with which the configuration was read
    /// @param version for `$SYS` and the log
    public static Service start(Configuration configuration, ProcessKey key, String version) throws StartFault {
        // Two libraries are loaded while the store loads a third.
        CompletableFuture<ServerTls.Engine> tls = CompletableFuture.supplyAsync(ServerTls::choose);
        CompletableFuture<Transport> transport = CompletableFuture
                .supplyAsync(() -> Transport.choose(System.getProperty("gatehouse.transport")));
        RocksStore store;
        try {
            store = RocksStore.open(configuration.data());
        } catch (StoreFault fault) {
            throw new StartFault(String.valueOf(fault.getMessage()), fault);
        }
        Service service = null;
        try {
            service = new Service(configuration, key, version, store, tls, transport);
            service.recover();
            service.bind();
            service.keepHouse();
            service.openAdmin();
            return service;
        } catch (SocketFault fault) {
            if (service != null) {
                service.close();
            }
            throw new StartFault(String.valueOf(fault.getMessage()), fault);
        } catch (CertificateFault fault) {
            store.close();
            throw new StartFault(String.valueOf(fault.getMessage()), fault);
        } catch (StartFault fault) {
            if (service == null) {
                store.close();
            } else {
                service.close();
            }
            throw fault;
        }
    }

    private Service(Configuration configuration, ProcessKey key, String version, RocksStore store,
            CompletableFuture<ServerTls.Engine> tls, CompletableFuture<Transport> transport)
            throws CertificateFault, StartFault {
        this.configuration = configuration;
        this.version = version;
        this.store = store;
        SecureRandom random = new SecureRandom();
        // Certificates early: they are what a configuration gets wrong, and nothing has been started yet.
        this.tls = tls.join();
        this.directory = new TenantDirectory(configuration.domain(), configuration.tenantEntries(),
                new StoredRegistry(store.registry()), random,
                configuration.authentication().scramIterations());
        this.contexts = new Contexts(configuration, directory, this.tls.provider(), Clock.systemUTC(), random);
        this.demoUser = configuration.file() == null ? DemoUser.in(directory, configuration.data()) : null;
        this.ledger = new TrailLedger(settings(configuration.trail()), store.attempts(), Service::nowMicros, random);
        for (TenantEntry tenant : directory.tenants()) {
            ledger.tenantAdded(tenant.name());
        }
        var authentication = configuration.authentication();
        this.authenticator = new Authenticator(directory, key,
                new Authenticator.Limits(authentication.threads(), authentication.queueMax(),
                        authentication.cacheSeconds(), authentication.cacheEntriesMax()),
                PasswordHash::verify, () -> System.nanoTime() / 1_000);
        this.scram = new ScramAuthenticator(directory, secret(store.registry(), random),
                configuration.authentication().scramIterations());
        this.transport = transport.join();
        int processors = Runtime.getRuntime().availableProcessors();
        this.loops = this.transport.loops(processors, "loop");
        List<NettyLane> lanes = new ArrayList<>();
        long waitingBytesMax = Runtime.getRuntime().maxMemory() / SLOW_READERS_SHARE / processors;
        for (EventExecutor loop : loops) {
            lanes.add(new NettyLane(lanes.size(), (EventLoop) loop, Service::nowMicros, waitingBytesMax));
        }
        this.journal = store.journal(switch (configuration.sync()) {
            case ALWAYS -> Sync.ALWAYS;
            case EVERY_SECOND -> Sync.EVERY_SECOND;
        });
        this.writer = new JournalWriter(journal);
        this.broker = new Broker(lanes, writer.shard());
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("housekeeping").unstarted(task));
        this.drain = new Drain(housekeeping, () -> List.copyOf(connections));
        this.connectionsMax = descriptors() - DESCRIPTORS_KEPT;
        directory.listen(this::changed);
    }

    private static TrailSettings settings(Configuration.Trail trail) {
        TrailSettings usual = TrailSettings.defaults();
        return new TrailSettings(trail.attemptsMax(), usual.memoryBytesMax(), usual.memoryBytesMaxInAll(), trail.days(),
                trail.bytesMax() / trail.days(), usual.queueMax(), usual.rewriteSeconds());
    }

    private static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /// Drawn at the first start and kept, so that what strangers are told does not change with a restart.
    private static byte[] secret(Registry registry, SecureRandom random) {
        return registry.get(SECRET).orElseGet(() -> {
            byte[] drawn = new byte[32];
            random.nextBytes(drawn);
            registry.put(SECRET, drawn);
            return drawn;
        });
    }

    /// The registry in the store, as the directory wants it.
    private record StoredRegistry(Registry registry) implements RegistryStore {
        @Override
        public void put(String key, byte[] value) {
            registry.put(key, value);
        }

        @Override
        public void delete(String key) {
            registry.delete(key);
        }

        @Override
        public Map<String, byte[]> scan(String prefix) {
            Map<String, byte[]> found = new LinkedHashMap<>();
            registry.scan(prefix, found::put);
            return found;
        }
    }

    /// Takes up what the last run left behind: nobody may connect before that.
    private void recover() throws StartFault {
        long before = System.nanoTime();
        CountDownLatch ready = new CountDownLatch(1);
        try {
            broker.recover(this::limitsOf, ready::countDown);
            writer.start();
            ready.await();
        } catch (JournalFault fault) {
            throw new StartFault(String.valueOf(fault.getMessage()), fault);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFault("interrupted while the sessions were read", e);
        }
        LOG.info("journal: {} sessions, {} retained messages, read in {} ms",
                broker.tenants().stream().mapToInt(Tenant::sessionCount).sum(),
                broker.tenants().stream().mapToInt(Tenant::retainedCount).sum(),
                (System.nanoTime() - before) / 1_000_000);
    }

    private @Nullable TenantLimits limitsOf(String tenant) {
        return directory.byName(tenant) == null ? null : Identification.limits(configuration.limitsOf(tenant));
    }

    private void bind() throws StartFault {
        LOG.info("sockets: {}{}; TLS: {}{}; event loops: {}", transport.name(),
                transport.why().isEmpty() ? "" : " (" + transport.why() + ")", tls.description(),
                tls.whyNotNative() == null ? "" : " (" + tls.whyNotNative() + ")", broker.lanes().size());
        House house = new House(configuration, directory, authenticator, scram, drain, ledger, broker, contexts,
                Service::nowMicros);
        RecvByteBufAllocator sizes = new ReadSizes(READS_AT_ONCE);
        LocalName local = new LocalName();
        for (Listener listener : configuration.listeners()) {
            ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channel(transport.serverChannel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG).option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true) // TCP_NODELAY is on unless one says otherwise
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
                    .childOption(ChannelOption.RECVBUF_ALLOCATOR, sizes)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            accepted(house, listener, channel, local.of(channel.localAddress()));
                        }
                    });
            InetSocketAddress address = new InetSocketAddress(listener.host(), listener.port());
            if (address.isUnresolved()) {
                throw new StartFault("listener " + listener.name() + ": the host " + listener.host()
                        + " cannot be resolved; give an address of this machine");
            }
            ChannelFuture binding = bootstrap.bind(address).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                throw new StartFault("listener " + listener.name() + " cannot listen on " + listener.host() + ":"
                        + listener.port() + ": " + binding.cause().getMessage()
                        + "; is another program, maybe another Gatehouse, using the port?", binding.cause());
            }
            acceptors.add(binding.channel());
            bound.add(new Bound(listener, (InetSocketAddress) binding.channel().localAddress()));
        }
    }

    private void accepted(House house, Listener listener, Channel channel, String local) {
        Wire wire = new Wire(house, listener, channel, local);
        connections.add(channel);
        channel.pipeline().addLast("front", new FrontHandler(wire));
        if (connections.size() > connectionsMax) {
            wire.over(Ending.SERVER_FULL, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE,
                    "the process may have " + connectionsMax + " connections: raise its limit of open files");
            channel.close();
        }
    }

    private void openAdmin() throws SocketFault {
        admin = AdminServer.start(AdminServer.socketIn(configuration.data()), directory, ledger, this::status,
                this::drain);
    }

    private Status status() {
        List<Status.Listening> listening = bound.stream().map(each -> new Status.Listening(each.listener().name(),
                each.listener().protocol().text(), Wire.text(each.address()))).toList();
        return new Status(version, startedMicros, ProcessHandle.current().pid(),
                configuration.data().toAbsolutePath().toString(), transport(), tlsEngine(), listening,
                drain.status());
    }

    private void drain(Request.Drain request) {
        if (request.stop()) {
            drain.stop();
            LOG.info("clients are let in again");
        } else {
            drain.start(request.to(), request.permanent(), request.perSecond());
            LOG.info("clients are sent away{}", request.to() == null ? "" : " to " + request.to());
        }
    }

    private void keepHouse() {
        housekeeping.scheduleWithFixedDelay(guarded(() -> ledger.tick(nowMicros())), TICK_MILLIS, TICK_MILLIS,
                TimeUnit.MILLISECONDS);
        housekeeping.scheduleWithFixedDelay(guarded(journal::sync), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        housekeeping.scheduleWithFixedDelay(guarded(() -> {
            contexts.refresh();
            broker.tenants().forEach(tenant -> tenant.publishSystemTopics(version));
        }), SLOW_TICK_MILLIS, SLOW_TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// A task that fails once must not be the last.
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException bug) {
                LOG.error("housekeeping failed", bug);
            }
        };
    }

    private void changed(DirectoryChange change) {
        switch (change) {
            case DirectoryChange.TenantAdded(TenantEntry tenant) -> {
                ledger.tenantAdded(tenant.name());
                contexts.tenantsChanged();
            }
            case DirectoryChange.TenantRemoved(String tenant) -> {
                ledger.tenantRemoved(tenant); // first, so that the ends of its connections are the operator's
                contexts.tenantsChanged();
                broker.remove(tenant, Ending.TENANT_REMOVED);
            }
            case DirectoryChange.UserAdded _ -> {
            }
            case DirectoryChange.UserRemoved(String tenant, String user) ->
                ifOpen(tenant, open -> open.removeUser(user, Ending.USER_REMOVED));
            case DirectoryChange.PasswordChanged(String tenant, String user) ->
                ifOpen(tenant, open -> open.disconnectUser(user, Ending.PASSWORD_CHANGED));
        }
    }

    /// Nobody of a tenant that is not open has connected yet.
    private void ifOpen(String tenant, Consumer<Tenant> act) {
        Tenant open = broker.tenant(tenant);
        if (open != null) {
            act.accept(open);
        }
    }

    /// As it was started with.
    public Configuration configuration() {
        return configuration;
    }

    /// The version it was started with.
    public String version() {
        return version;
    }

    /// The listeners, in the order of the configuration.
    public List<Bound> listeners() {
        return List.copyOf(bound);
    }

    /// Tenants and users.
    public TenantDirectory directory() {
        return directory;
    }

    /// The attempts.
    public TrailLedger trail() {
        return ledger;
    }

    /// The development CA's certificate; null when certificates are configured.
    public @Nullable Path caFile() {
        return contexts.caFile();
    }

    /// Present when there is no configuration file.
    public Optional<DemoUser> demoUser() {
        return Optional.ofNullable(demoUser);
    }

    /// How sockets are read and written: `epoll`, `io_uring` or `nio`.
    public String transport() {
        return transport.name();
    }

    /// Which TLS implementation is used.
    public String tlsEngine() {
        return tls.description();
    }

    /// Stops accepting, tells every client, waits for what was written to leave, and closes the data folder.
    @Override
    public void close() {
        AdminServer open = admin;
        if (open != null) {
            open.close();
        }
        for (Channel acceptor : acceptors) {
            acceptor.close().awaitUninterruptibly();
        }
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> farewell(channel));
        }
        connections.newCloseFuture().awaitUninterruptibly(DRAIN_MILLIS);
        connections.close().awaitUninterruptibly(DRAIN_MILLIS);
        housekeeping.shutdownNow();
        writer.close(); // while the lanes can still be told
        loops.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(DRAIN_MILLIS);
        authenticator.close();
        ledger.close();
        store.close();
        LOG.info("stopped");
    }

    private static void farewell(Channel channel) {
        MqttHandler mqtt = channel.pipeline().get(MqttHandler.class);
        OnWire other = channel.pipeline().get(OnWire.class);
        if (mqtt != null) {
            mqtt.disconnect(Ending.SHUTTING_DOWN, ReasonCode.SERVER_SHUTTING_DOWN);
        } else if (other != null) {
            other.wire().close(Ending.SHUTTING_DOWN, Fact.Ended.How.SERVER_CLOSE, "");
        }
    }
}
