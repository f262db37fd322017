package dev.gatehouse.tests.clients;

import java.time.Duration;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// A subscriber in a process of its own that prints each message as a line of JSON with `topic`, `payload` (null
/// when empty), `qos` (0 to 2) and `retain` (0 or 1, or a boolean).
final class ProgramSubscriber implements Subscriber {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunningProgram program;
    private final Consumer<RunningProgram> disconnect;
    private boolean dead;

    /// @param disconnect how this program is asked to disconnect and end
    ProgramSubscriber(RunningProgram program, Consumer<RunningProgram> disconnect) {
        this.program = program;
        this.disconnect = disconnect;
    }

    @Override
    public Message next(Duration within) {
        JsonNode message = parse(program.next(line -> line.startsWith("{") && line.contains("\"topic\""), within));
        return new Message(message.path("topic").asText(), message.path("payload").asText(""),
                message.path("qos").asInt(), message.path("retain").asBoolean());
    }

    static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not a line of JSON: " + line, e);
        }
    }

    @Override
    public void die() {
        dead = true;
        program.kill();
    }

    @Override
    public void close() {
        try (program) {
            if (!dead) {
                disconnect.accept(program);
            }
        }
    }
}
