package dev.gatehouse.cli;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.bench.load.Cores;
import dev.gatehouse.bench.load.Endpoint;
import dev.gatehouse.bench.peers.BrokerProcess;
import dev.gatehouse.bench.peers.Folders;
import dev.gatehouse.bench.peers.GatehousePeer;
import dev.gatehouse.bench.peers.Launch;

/// Which broker a bench puts its load on: a running one, or the service of this build, started for it.
final class BenchTarget {
    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Of a running broker; "
            + "${DEFAULT-VALUE}.")
    private String host = "";
    @Option(names = "--port", paramLabel = "N", description = "Of a running broker.")
    private @Nullable Integer port;
    @Option(names = "--pid", paramLabel = "N", description = "The running broker's process, to see what it uses.")
    private long pid;
    @Option(names = "--user", paramLabel = "NAME", description = "User name of all clients.")
    private @Nullable String user;
    @Option(names = "--password", paramLabel = "TEXT", description = "Their password.")
    private @Nullable String password;
    @Option(names = "--tls", description = "Use TLS 1.3; whatever certificate is shown is accepted.")
    private boolean tls;
    @Option(names = "--server-name", paramLabel = "NAME", description = "What TLS clients ask for.")
    private @Nullable String serverName;
    @Option(names = "--core", paramLabel = "N", defaultValue = "0", description = "The core of the generator; -1 for "
            + "any; ${DEFAULT-VALUE}.")
    private int core;
    @Option(names = "--broker-core", paramLabel = "LIST", defaultValue = "1", description = "The core or cores (1,2) of "
            + "the service started for it; ${DEFAULT-VALUE}.")
    private String brokerCore = "";
    @Option(names = "--java-option", paramLabel = "OPTION", description = "An option for that service's Java process; "
            + "may be given more than once.")
    private List<String> javaOptions = new ArrayList<>();

    boolean isTls() {
        return tls;
    }

    /// What is measured.
    @FunctionalInterface
    interface Measurement {
        /// @param broker its process; 0 when that is not known
        int of(Endpoint endpoint, long broker) throws Exception;
    }

    /// Binds this process to its core, starts the service if no broker was named, and measures.
    ///
    /// @return the measurement's exit code
    int measured(Shell shell, Measurement measurement) throws Exception {
        if (core >= 0 && !Cores.bind(ProcessHandle.current().pid(), core)) {
            shell.tell("cannot bind the generator to core " + core + " (taskset): measuring without");
        }
        if (port != null) {
            Endpoint endpoint = new Endpoint(new InetSocketAddress(host, port), tls
                    ? serverName == null ? host : serverName
                    : null, user, password);
            return measurement.of(endpoint, pid);
        }
        Path folder = Files.createTempDirectory("gatehouse-load");
        Folders folders = new Folders(folder, folder, folder, Path.of(System.getProperty("java.home")));
        Launch launch = new GatehousePeer("gatehouse", BenchCommands.serve(shell, javaOptions), 0).prepare(folders);
        try (BrokerProcess broker = BrokerProcess.start("gatehouse", launch, List.of("taskset", "-c", brokerCore))) {
            shell.out().printf("gatehouse %d accepts after %,d ms, answers after %,d ms%n", broker.pid(),
                    broker.acceptedMillis(), broker.answeredMillis());
            Endpoint endpoint = new Endpoint(tls ? launch.tlsAddress() : launch.address(),
                    tls ? launch.serverName() : null, user, password);
            return measurement.of(endpoint, broker.pid());
        } finally {
            folders.delete();
        }
    }
}
