package dev.gatehouse.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.client.MqttClient;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicName;

@Command(name = "pub", description = {"Publish to any MQTT broker; the options are those of mosquitto_pub.",
        "At QoS 1 and 2 it ends when the broker has acknowledged everything."})
final class PubCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin
    private BrokerArguments broker = new BrokerArguments();
    @Mixin
    private ViaModemArguments way = new ViaModemArguments();

    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC", required = true, description = "Where to publish.")
    private String topic = "";

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = {"-q",
            "--qos"}, paramLabel = "QOS", defaultValue = "0", description = "0, 1 or 2; ${DEFAULT-VALUE}.")
    private int qos;

    @Option(names = {"-r", "--retain"}, description = "The server keeps it for whoever subscribes later.")
    private boolean retain;

    private static final class Source {
        @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "Publish this text.")
        private @Nullable String text;
        @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Publish what is in this file.")
        private @Nullable Path file;
        @Option(names = {"-n", "--null-message"}, description = "Publish nothing: with -r, what is kept is removed.")
        private boolean nothing;
        @Option(names = {"-l", "--stdin-line"}, description = "Publish each line of standard input.")
        private boolean lines;
        @Option(names = {"-s", "--stdin-file"}, description = "Publish all of standard input as one message.")
        private boolean all;
    }

    PubCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        Qos level = WillArguments.qos(qos, "-q");
        broker.properties().check(List.of("connect", "publish", "will"));
        if (!TopicName.isValid(topic)) {
            throw new CommandFault(Exit.USAGE, "-t: a topic has at least one character and no + or #");
        }
        PublishProperties properties = broker.message();
        byte[] single = source.lines ? null : single();
        try (Way opened = way.open(shell);
                MqttClient client = broker.connect(shell, opened.network().sockets(), opened.resolved())) {
            if (single != null) {
                publish(client, single, level, properties);
            } else {
                BufferedReader lines = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    publish(client, line.getBytes(StandardCharsets.UTF_8), level, properties);
                }
            }
            client.disconnect(ReasonCode.SUCCESS, broker.deadline());
        } catch (IOException e) {
            throw broker.fault(e);
        }
        return Exit.OK.code();
    }

    private byte[] single() throws CommandFault {
        if (source.text != null) {
            return source.text.getBytes(StandardCharsets.UTF_8);
        }
        if (source.file != null) {
            return BrokerArguments.bytes(source.file);
        }
        if (source.nothing) {
            return new byte[0];
        }
        if (!source.all) {
            throw new AssertionError("one of them is required");
        }
        try {
            return shell.in().readAllBytes();
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, "standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private void publish(MqttClient client, byte[] payload, Qos level, PublishProperties properties)
            throws IOException, InterruptedException {
        client.publish(topic, Bytes.takeOver(payload), level, retain, properties, broker.deadline());
    }
}
