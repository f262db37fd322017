package dev.gatehouse.cli;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicName;
import dev.gatehouse.mqtt.Will;

/// The message that the server publishes when the connection breaks.
final class WillArguments {
    @Option(names = "--will-topic", paramLabel = "TOPIC", description = "The server publishes there when the connection "
            + "breaks.")
    private @Nullable String topic;

    @Option(names = "--will-payload", paramLabel = "TEXT", defaultValue = "", description = "What it publishes; nothing "
            + "if not given.")
    private String payload = "";

    @Option(names = "--will-qos", paramLabel = "QOS", defaultValue = "0", description = "0, 1 or 2; ${DEFAULT-VALUE}.")
    private int qos;

    @Option(names = "--will-retain", description = "The server keeps it for whoever subscribes later.")
    private boolean retain;

    /// Null: none.
    @Nullable
    Will will(PublishProperties properties) throws CommandFault {
        if (topic == null) {
            return null;
        }
        if (!TopicName.isValid(topic)) {
            throw new CommandFault(Exit.USAGE, "--will-topic: a topic has at least one character and no + or #");
        }
        return new Will(topic, Bytes.copyOf(payload.getBytes(StandardCharsets.UTF_8)), qos(qos, "--will-qos"), retain,
                0, properties);
    }

    static Qos qos(int level, String option) throws CommandFault {
        if (level < 0 || level > 2) {
            throw new CommandFault(Exit.USAGE, option + " is 0, 1 or 2, not " + level);
        }
        return Qos.of(level);
    }
}
