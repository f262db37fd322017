package dev.gatehouse.cli;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

import dev.gatehouse.server.Bound;
import dev.gatehouse.server.DemoUser;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.StartFault;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.Listener;

@Command(name = "serve", description = {"Run the service until SIGTERM or Ctrl-C.",
        "Without --config: on 127.0.0.1, ports 1883, 8883 (TLS) and 8884 (WebSocket over TLS), with tenant `demo` and a user "
                + "that is printed."})
final class ServeCommand implements Callable<Integer> {
    private final Shell shell;
    @ParentCommand
    private @Nullable Gatehouse gatehouse;
    @Mixin
    private DataOptions data = new DataOptions();

    ServeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        return serve(shell, gatehouse != null && gatehouse.isVerbose(), data);
    }

    /// Runs the service until the process is told to end.
    static int serve(Shell shell, boolean verbose, DataOptions data) throws Exception {
        // Before the first logger is made: that is when LogFormat is asked.
        System.setProperty(LogFormat.LEVEL, verbose ? "DEBUG" : "INFO");
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        Configuration configuration = data.configuration(shell, key);
        configuration.warnings().forEach(warning -> shell.tell("warning: " + warning));
        Service service = started(configuration, key);
        Runtime.getRuntime().addShutdownHook(new Stop(shell, service).thread());
        greeting(shell, service).lines().forEach(shell.out()::println);
        shell.out().flush();
        new CountDownLatch(1).await(); // what ends this process is its shutdown
        return Exit.OK.code();
    }

    private static Service started(Configuration configuration, ProcessKey key) throws CommandFault {
        try {
            return Service.start(configuration, key, Version.text());
        } catch (StartFault fault) {
            throw new CommandFault(Exit.FAILED, String.valueOf(fault.getMessage()), fault);
        }
    }

    private static Greeting greeting(Shell shell, Service service) {
        Configuration configuration = service.configuration();
        List<Greeting.Door> doors = new ArrayList<>();
        service.listeners().forEach(bound -> doors.add(door(bound)));
        Path folder = configuration.data().toAbsolutePath().normalize();
        return new Greeting(Version.text(), service.transport(), service.tlsEngine(), folder.toString(), doors,
                service.demoUser().map(user -> demo(shell, service, user, folder)).orElse(null));
    }

    private static Greeting.Door door(Bound bound) {
        Listener listener = bound.listener();
        InetSocketAddress address = bound.address();
        String host = address.getAddress().getHostAddress();
        String tenant = listener.protocol().isTls()
                ? "tenant by server name"
                : listener.tenant() == null ? "tenant by user name, user@tenant" : "tenant " + listener.tenant();
        return new Greeting.Door(listener.name(), listener.protocol().text(),
                (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort(),
                tenant + (listener.protocol().isWebSocket() ? ", path /mqtt" : ""));
    }

    private static Greeting.@Nullable Demo demo(Shell shell, Service service, DemoUser user, Path folder) {
        TenantEntry tenant = service.directory().byName(user.tenant());
        Path ca = service.caFile();
        Bound tls = service.listeners().stream().filter(each -> each.listener().protocol() == Listener.Protocol.MQTTS)
                .findFirst().orElse(null);
        if (tenant == null || ca == null || tls == null) {
            return null; // not the built-in configuration
        }
        List<String> hosts = new ArrayList<>(tenant.hosts());
        hosts.add(service.directory().hostOf(tenant.name()));
        boolean usual = folder.equals(DataOptions.defaultFolder(shell));
        String attempts = "./gatehouse attempts --failed"
                + (usual ? "" : " --data " + Greeting.command(folder.toString()));
        return new Greeting.Demo(tenant.name(), hosts, tls.address().getPort(), user.name(),
                new String(user.password().reveal(), StandardCharsets.UTF_8),
                ca.toAbsolutePath().normalize().toString(), attempts);
    }
}
