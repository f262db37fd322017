package dev.gatehouse.tests.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.gatehouse.server.Bound;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.StartFault;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.ConfigurationProblems;

/// The service in this process, on free ports: one for all tests of the package, started by the first of them.
final class RunningBroker implements AutoCloseable {
    private final Path folder;
    private final Service service;
    private final AtomicInteger tests = new AtomicInteger();

    private RunningBroker(Path folder, Service service) {
        this.folder = folder;
        this.service = service;
    }

    static RunningBroker start() {
        try {
            Path folder = Files.createTempDirectory("conformance");
            Path file = Files.writeString(folder.resolve("gatehouse.yaml"), Door.CONFIGURATION);
            ProcessKey key = ProcessKey.draw(new SecureRandom());
            return new RunningBroker(folder, Service.start(Configuration.load(file, folder, key), key, "test"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigurationProblems | StartFault e) {
            throw new AssertionError("the service did not start: " + e.getMessage(), e);
        }
    }

    int port(Door door) {
        String name = door.name().toLowerCase(Locale.ROOT);
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(name)).map(Bound::address)
                .findFirst().orElseThrow().getPort();
    }

    /// A number that no other test has.
    int nextTest() {
        return tests.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        service.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
