package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.gateway.Endpoint;
import dev.gatehouse.modem.gateway.Forward;
import dev.gatehouse.modem.gateway.Gateway;
import dev.gatehouse.modem.gateway.GatewayEvent;
import dev.gatehouse.modem.gateway.GatewayOptions;
import dev.gatehouse.modem.gateway.Login;
import dev.gatehouse.modem.gateway.ModemUplink;

@Command(name = "gateway", description = {
        "Let other programs go through the modem: a SOCKS5 proxy, and ports that lead to fixed places.",
        "Host names are looked up by the modem; TLS and server name go through untouched. It runs until Ctrl-C, and goes on "
                + "by itself when modem or network come back."})
final class ModemGatewayCommand implements Callable<Integer> {
    private static final String PASSWORD_VARIABLE = "GATEHOUSE_SOCKS_PASSWORD";

    private final Shell shell;
    @Mixin
    private ModemCommands.Device device = new ModemCommands.Device();
    @Option(names = "--socks", paramLabel = "[ADDRESS:]PORT", description = "Speak SOCKS5 there; 127.0.0.1:1080 when there "
            + "is no --forward either. 0 lets the system pick a port.")
    private List<String> socks = new ArrayList<>();
    @Option(names = "--forward", paramLabel = "[ADDRESS:]PORT:HOST:PORT", description = "What connects to the first port "
            + "gets to HOST:PORT, as in 8883:tenant.example:8883. May be given more than once.")
    private List<String> forwards = new ArrayList<>();
    @Option(names = "--metrics", paramLabel = "[ADDRESS:]PORT", description = "Counters for Prometheus, at /metrics.")
    private @Nullable String metrics;
    @Option(names = "--socks-user", paramLabel = "USER", description = "SOCKS clients have to log in as this user, with the "
            + "password of --socks-password-file or of the variable " + PASSWORD_VARIABLE + ".")
    private @Nullable String user;
    @Option(names = "--socks-password-file", paramLabel = "FILE", description = "The password is its first line.")
    private @Nullable Path passwordFile;
    @Option(names = "--allow-others", description = "Other computers may use it: needed for any address but the loopback "
            + "interface's.")
    private boolean others;
    @Option(names = "--sockets", paramLabel = "N", defaultValue = "10", description = "Use at most so many of the modem's "
            + "sockets; ${DEFAULT-VALUE}.")
    private int sockets;
    @Option(names = "--connect-timeout", paramLabel = "SECONDS", defaultValue = "60", description = "${DEFAULT-VALUE}.")
    private int connectSeconds;
    @Option(names = "--closed-idle", paramLabel = "SECONDS", defaultValue = "10", description = "When a program has ended its "
            + "side, wait so long for more from the other side; ${DEFAULT-VALUE}.")
    private int closedIdleSeconds;
    @Option(names = "--status-every", paramLabel = "SECONDS", defaultValue = "60", description = "Print the status line so "
            + "often when something has changed; 0 for never; ${DEFAULT-VALUE}.")
    private int statusSeconds;

    ModemGatewayCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        GatewayOptions options = options();
        Line first = device.modem().line(device.name()); // a wrong name is told now
        ModemSettings settings = device.modem().settings(shell);
        if (others && options.login() == null) {
            shell.tell("warning: other computers may use this modem without a login; see --socks-user");
        }
        try (first;
                ModemUplink uplink = ModemUplink.start(this::line, settings, this::say);
                Gateway gateway = Gateway.start(options, uplink, this::say)) {
            say("gateway ready: " + device.name() + ", " + gateway.status().line());
            String last = "";
            while (true) {
                Thread.sleep(statusSeconds <= 0 ? Duration.ofDays(1) : Duration.ofSeconds(statusSeconds));
                String now = gateway.status().line();
                if (statusSeconds > 0 && !now.equals(last)) {
                    say(now);
                    last = now;
                }
            }
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            return Exit.OK.code(); // that is how it is ended
        }
    }

    private Line line() {
        try {
            return device.modem().line(device.name());
        } catch (CommandFault fault) {
            throw new AssertionError("it was a line before", fault);
        }
    }

    private GatewayOptions options() throws CommandFault {
        try {
            List<Endpoint> proxies = new ArrayList<>(socks.stream().map(Endpoint::parse).toList());
            List<Forward> ports = forwards.stream().map(Forward::parse).toList();
            if (proxies.isEmpty() && ports.isEmpty()) {
                proxies.add(Endpoint.parse("1080"));
            }
            GatewayOptions usual = GatewayOptions.usual();
            return new GatewayOptions(proxies, ports, login(), metrics == null ? null : Endpoint.parse(metrics), others,
                    sockets, Duration.ofSeconds(connectSeconds), Duration.ofSeconds(closedIdleSeconds),
                    usual.bufferBytes());
        } catch (IllegalArgumentException e) {
            throw new CommandFault(Exit.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Login login() throws CommandFault {
        if (user == null) {
            return null;
        }
        String variable = shell.variable(PASSWORD_VARIABLE);
        if (passwordFile == null && variable == null) {
            throw new CommandFault(Exit.USAGE, "--socks-user needs a password: --socks-password-file, or the variable "
                    + PASSWORD_VARIABLE);
        }
        return new Login(user, passwordFile == null
                ? String.valueOf(variable)
                : new String(SecretFile.firstLine(passwordFile, "--socks-password-file").reveal(),
                        StandardCharsets.UTF_8));
    }

    private void say(GatewayEvent event) {
        say(event.text());
    }

    private synchronized void say(String line) {
        shell.out().println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + line);
        shell.out().flush();
    }
}
