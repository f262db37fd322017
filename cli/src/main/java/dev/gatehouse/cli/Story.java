package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.ClientFault;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Message;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.modem.ModemInfo;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

/// The story, step by step. Whatever does not happen as it is told ends it with a [CommandFault].
final class Story {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LOG_LINES = 14;
    private static final int VERDICT_LINES = 24;
    private static final int WIDTH = 110;
    private static final String BOLD = "1";
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String FAINT = "2";

    private final Shell shell;
    private final Path folder;
    private final boolean wholeLog;
    private final long startNanos = System.nanoTime();
    private int step;

    Story(Shell shell, Path folder, boolean wholeLog) {
        this.shell = shell;
        this.folder = folder;
        this.wholeLog = wholeLog;
    }

    void play() throws CommandFault, IOException, InterruptedException {
        say("An engineer has an ESP32 and a SIMCom A7670 modem. MQTT works, MQTT over TLS works with three public brokers. "
                + "With his free cluster of a shared service the TLS handshake succeeds, CONNECT goes out, and the connection "
                + "dies. He cannot see the broker's log. It took the forum days to find out why; here it takes a minute.");
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        try (StoryService service = StoryService.start(shell, folder, password)) {
            heading("A service that two tenants share");
            say("globex and initech have one port, 127.0.0.1:" + service.port()
                    + ". The server name in the TLS ClientHello "
                    + "says whom a device wants: " + StoryService.HOST + " is globex. There is one user, "
                    + StoryService.USER + ".");
            play(service);
        }
        heading("That is all");
        good(String.format(Locale.ROOT, "Everything happened as told, in %.0f s. Nothing is left behind.",
                (System.nanoTime() - startNanos) / 1e9));
    }

    private void play(StoryService service) throws CommandFault, IOException, InterruptedException {
        SimulatorOptions options = SimulatorOptions.real().withName(StoryService.HOST, "127.0.0.1");
        try (Simulator simulator = Simulator.start(options);
                StoryDevice device = new StoryDevice("tcp:127.0.0.1:" + simulator.port())) {
            heading("A device behind a modem");
            ModemInfo info = device.modem().info();
            say("The modem is simulated, the dialogue with it is real AT commands at 115200 bit/s: " + info.model()
                    + ", "
                    + info.registration() + ", signal " + info.signal() + ", " + info.state().sentence() + ".");
            String log = refused(service, device);
            trail(service);
            log(log);
            verdict(service, log);
            waysIn(service, device);
        }
    }

    /// @return the device's log of it
    private String refused(StoryService service, StoryDevice device) throws CommandFault, IOException {
        heading("The device connects, with TLS but without a server name");
        device.takeLog();
        say("MQTT 3.1.1 over TLS 1.2, right user, right password. Its TLS library is never told the host's name, because the "
                + "MQTT client does not pass it on to a transport that is not its own.");
        try (MqttClient client = device.connect(service, null, StoryService.USER)) {
            throw new CommandFault(Exit.FAILED, "the device was let in without a server name: " + client.connack());
        } catch (ClientFault fault) {
            if (!(fault.reason() instanceof ClientFault.Reason.Refused(Packet.Connack _, ReasonCode code, String _))
                    || code.connectReturnCode() != 5) {
                throw new CommandFault(Exit.FAILED, "the device was to be refused with return code 5, but "
                        + fault.getMessage(), fault);
            }
            bad("It is refused: CONNACK, return code 5 (not authorized). That is all that MQTT 3.1.1 can say.");
        }
        return device.takeLog();
    }

    private void trail(StoryService service) throws CommandFault, IOException, InterruptedException {
        heading("What the service knows");
        say("$ gatehouse attempts --failed");
        JsonNode failure = service.newestFailure();
        check("sni-missing".equals(failure.path("cause").asText()), "the trail names sni-missing, not "
                + failure.path("cause").asText());
        service.printed("attempts", "--failed", "--limit", "1").forEach(this::quote);
        say("$ gatehouse attempt " + failure.path("id").asText());
        service.printed("attempt", failure.path("id").asText()).forEach(this::quote);
    }

    private void log(String log) throws CommandFault {
        heading("What the device's log says");
        say("In the shape in which ESP-IDF's esp_modem prints it at level verbose; the server's answer is in it, encrypted.");
        List<String> lines = log.lines().toList();
        check(lines.stream().anyMatch(line -> line.contains("AT+CIPOPEN=")), "the log has AT commands");
        lines.subList(wholeLog ? 0 : Math.max(0, lines.size() - LOG_LINES), lines.size()).forEach(this::quote);
    }

    private void verdict(StoryService service, String log) throws CommandFault, IOException {
        heading("The verdict from that log alone");
        say("$ gatehouse explain device.log");
        String file = Files.writeString(folder.resolve("device.log"), log).toString();
        String json = String.join("", service.command("explain", "--json", file));
        List<String> causes = new ObjectMapper().readTree(json).path("verdicts").findValuesAsText("cause");
        check(causes.contains("sni-missing"), "the verdict names sni-missing, not " + causes);
        List<String> lines = service.command("explain", file);
        lines.subList(0, wholeLog ? lines.size() : Math.min(VERDICT_LINES, lines.size())).forEach(this::quote);
    }

    private void waysIn(StoryService service, StoryDevice device)
            throws CommandFault, IOException, InterruptedException {
        try (MqttClient office = service.office()) {
            office.subscribe("meter/#", Qos.AT_LEAST_ONCE, Deadline.in(PATIENCE));
            heading("First way in: TLS on the device, with the server name, over the modem's sockets");
            StoryDevice.publish(device.connect(service, StoryService.HOST, StoryService.USER), "meter/1", "21.5");
            arrived(office, "meter/1", "21.5");
            StoryModemWays.play(this, service, device, office);
        }
        heading("The last way in: the operator lets devices name their tenant with the user");
        say("The operator writes `no-sni: resolve` into the configuration and starts the service again. The device still "
                + "sends no server name, but logs in as " + StoryService.USER + "@globex.");
        service.allowUserAtTenant();
        try (MqttClient office = service.office()) {
            office.subscribe("meter/#", Qos.AT_LEAST_ONCE, Deadline.in(PATIENCE));
            StoryDevice.publish(device.connect(service, null, StoryService.USER + "@globex"), "meter/4", "21.8");
            arrived(office, "meter/4", "21.8");
        }
    }

    /// Checks that the office got this measurement.
    void arrived(MqttClient office, String topic, String payload)
            throws CommandFault, IOException, InterruptedException {
        @Nullable
        Message message = office.receive(Deadline.in(PATIENCE));
        check(message != null && message.topic().equals(topic)
                && new String(message.payload().shared(), StandardCharsets.UTF_8).equals(payload),
                "the office got " + payload + " on " + topic);
        good("The device is in. The office got " + topic + " = " + payload + ".");
    }

    void heading(String text) {
        step++;
        shell.out().println();
        shell.out().println(shell.styled(BOLD, String.format(Locale.ROOT, "%d. %s", step, text)) + shell.styled(FAINT,
                String.format(Locale.ROOT, "  (%.1f s)", (System.nanoTime() - startNanos) / 1e9)));
        shell.out().flush();
    }

    void say(String text) {
        StringBuilder line = new StringBuilder("  ");
        for (String word : text.split(" ")) {
            if (line.length() + word.length() > WIDTH && !line.toString().isBlank()) {
                shell.out().println(line.toString().stripTrailing());
                line.setLength(2);
            }
            line.append(word).append(' ');
        }
        shell.out().println(line.toString().stripTrailing());
        shell.out().flush();
    }

    private void quote(String line) {
        shell.out().println(shell.styled(FAINT, "    " + line));
    }

    private void good(String text) {
        shell.out().println("  " + shell.styled(GREEN, text));
        shell.out().flush();
    }

    private void bad(String text) {
        shell.out().println("  " + shell.styled(RED, text));
        shell.out().flush();
    }

    static void check(boolean asTold, String what) throws CommandFault {
        if (!asTold) {
            throw new CommandFault(Exit.FAILED, "this did not happen as told: " + what);
        }
    }
}
