package dev.gatehouse.tests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Assumptions;

/// `mosquitto_pub` and `mosquitto_sub`, as Debian packages them: no WebSocket. They send as SNI exactly what `-h` says.
///
/// A run of `mosquitto_pub` publishes one message, so several messages are several connections with one client id.
public final class Mosquitto implements ClientDriver {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern CONNACK = Pattern.compile("received CONNACK \\((\\d+)\\)");
    private static final Path HOSTS = ScriptedClient.resource("/clients/hosts");

    @Override
    public void assumeInstalled() {
        ExternalProgram.assumeFound("mosquitto_pub");
        ExternalProgram.assumeFound("mosquitto_sub");
        ExternalProgram.assumeFound("stdbuf");
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.TCP, Transport.TLS);
    }

    @Override
    public Set<Integer> protocolLevels() {
        return Set.of(3, 4, 5);
    }

    @Override
    public Outcome publish(Connect how, List<Message> messages) {
        if (messages.isEmpty()) {
            // It cannot only connect. At QoS 0 it does not wait for what the broker thinks of the message.
            return run(how, List.of("-t", "connect-only", "-n", "-q", "0"));
        }
        var last = new Outcome(false, Outcome.NO_CONNACK, "");
        for (Message message : messages) {
            var what = new ArrayList<>(List.of("-t", message.topic(), "-q", Integer.toString(message.qos())));
            what.addAll(message.payload().isEmpty() ? List.of("-n") : List.of("-m", message.payload()));
            if (message.retain()) {
                what.add("-r");
            }
            last = run(how, what);
            if (!last.completed()) {
                return last;
            }
        }
        return last;
    }

    private static Outcome run(Connect how, List<String> what) {
        var arguments = arguments(how);
        arguments.addAll(what);
        var finished = ExternalProgram.assumeFound("mosquitto_pub").run(PATIENCE, environment(how), arguments);
        String said = finished.out() + finished.err();
        return new Outcome(finished.exitCode() == 0, connackCode(said), said);
    }

    @Override
    public Subscriber subscribe(Connect how, String topicFilter, int qos) {
        var arguments = arguments(how);
        arguments.addAll(List.of("-t", topicFilter, "-q", Integer.toString(qos), "-F", "%j"));
        // Into a pipe it would print nothing before 4 KiB are full; stdbuf makes that line by line.
        arguments.addFirst(ExternalProgram.assumeFound("mosquitto_sub").path().toString());
        arguments.addFirst("-oL");
        var program = ExternalProgram.assumeFound("stdbuf").start(environment(how), arguments);
        try {
            program.await(line -> line.startsWith("Subscribed (mid: "), PATIENCE);
            return new ProgramSubscriber(program, p -> p.terminate(PATIENCE));
        } catch (AssertionError e) {
            program.close();
            throw e;
        }
    }

    private static List<String> arguments(Connect how) {
        var arguments = new ArrayList<>(List.of("-d", "-h", how.host(), "-p", Integer.toString(how.port()), "-i",
                how.clientId(), "-k", "60", "-V", switch (how.protocolLevel()) {
                    case 3 -> "mqttv31";
                    case 4 -> "mqttv311";
                    default -> "mqttv5";
                }));
        if (how.caFile() != null) {
            arguments.addAll(List.of("--cafile", how.caFile().toString()));
        }
        if (how.userName() != null) {
            arguments.addAll(List.of("-u", how.userName()));
        }
        if (how.password() != null) {
            arguments.addAll(List.of("-P", how.password()));
        }
        if (how.will() != null) {
            arguments.addAll(List.of("--will-topic", how.will().topic(), "--will-payload", how.will().payload(),
                    "--will-qos", Integer.toString(how.will().qos())));
            if (how.will().retain()) {
                arguments.add("--will-retain");
            }
        }
        return arguments;
    }

    /// How a program that resolves names with the C library learns the tests' host names; the running test is skipped
    /// where that is not possible.
    ///
    /// @return environment variables to add
    public static Map<String, String> environment(Connect how) {
        return how.host().equals("127.0.0.1") || how.host().equals("localhost") ? Map.of() : resolvingTestNames();
    }

    /// The same for any program that is started with a name of `clients/hosts`.
    public static Map<String, String> resolvingTestNames() {
        var library = nssWrapper();
        Assumptions.assumeTrue(!library.isEmpty(), ExternalProgram.missing("libnss_wrapper.so"));
        return Map.of("LD_PRELOAD", library, "NSS_WRAPPER_HOSTS", HOSTS.toString());
    }

    private static String nssWrapper() {
        for (Path folder : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"))) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            // In the folder itself, or one below it: /usr/lib/x86_64-linux-gnu.
            try (var files = Files.find(folder, 2, (path, _) -> path.endsWith("libnss_wrapper.so"))) {
                var found = files.findFirst();
                if (found.isPresent()) {
                    return found.get().toString();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return "";
    }

    private static int connackCode(String said) {
        var matcher = CONNACK.matcher(said);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : Outcome.NO_CONNACK;
    }

    @Override
    public String toString() {
        return "mosquitto";
    }
}
