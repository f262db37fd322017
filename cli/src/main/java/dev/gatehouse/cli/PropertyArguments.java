package dev.gatehouse.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.UserProperty;

/// `-D PACKET NAME VALUE`: properties of MQTT 5, named as in the standard.
final class PropertyArguments {
    @Option(names = {"-D",
            "--property"}, paramLabel = "PACKET NAME VALUE", arity = "1..4", parameterConsumer = Words.class, description = {
                    "A property (MQTT 5), may be given more than once; PACKET is connect, publish or will, NAME as in the "
                            + "standard, as in",
                    "  -D publish message-expiry-interval 60",
                    "  -D publish user-property NAME VALUE"})
    private List<Given> given = new ArrayList<>();

    /// One `-D`.
    record Given(String packet, String name, List<String> values) {
        Given {
            values = List.copyOf(values);
        }
    }

    /// Takes three words, or four for a user property: only the name says how many.
    static final class Words implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            String packet = next(words, command);
            String name = next(words, command);
            List<String> values = new ArrayList<>(List.of(next(words, command)));
            if (name.equals("user-property")) {
                values.add(next(words, command));
            }
            List<Given> all = new ArrayList<>(option.<List<Given>>getValue());
            all.add(new Given(packet, name, values));
            option.setValue(all);
        }

        private static String next(Stack<String> words, CommandSpec command) {
            if (words.isEmpty()) {
                throw new ParameterException(command.commandLine(),
                        "-D is written -D PACKET NAME VALUE, as in -D publish content-type text/plain");
            }
            return words.pop();
        }
    }

    boolean isEmpty() {
        return given.isEmpty();
    }

    ConnectProperties connect(long sessionExpirySeconds) throws CommandFault {
        long expiry = sessionExpirySeconds;
        int receiveMaximum = ConnectProperties.NONE.receiveMaximum();
        long maximumPacketSize = ConnectProperties.NONE.maximumPacketSize();
        List<UserProperty> users = new ArrayList<>();
        for (Given each : of("connect")) {
            switch (each.name()) {
                case "session-expiry-interval" -> expiry = number(each, 0, 0xFFFF_FFFFL);
                case "receive-maximum" -> receiveMaximum = (int) number(each, 1, 65_535);
                case "maximum-packet-size" -> maximumPacketSize = number(each, 1, 0xFFFF_FFFFL);
                case "user-property" -> users.add(user(each));
                default -> throw unknown(each,
                        "session-expiry-interval, receive-maximum, maximum-packet-size, user-property");
            }
        }
        return new ConnectProperties(expiry, receiveMaximum, maximumPacketSize, 0, false, true, null, null, users);
    }

    /// @param packet `publish` or `will`
    PublishProperties message(String packet) throws CommandFault {
        int format = -1;
        long expiry = -1;
        String responseTopic = null;
        Bytes correlation = null;
        String contentType = null;
        List<UserProperty> users = new ArrayList<>();
        for (Given each : of(packet)) {
            String value = each.values().getFirst();
            switch (each.name()) {
                case "payload-format-indicator" -> format = (int) number(each, 0, 1);
                case "message-expiry-interval" -> expiry = number(each, 0, 0xFFFF_FFFFL);
                case "response-topic" -> responseTopic = value;
                case "correlation-data" -> correlation = Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8));
                case "content-type" -> contentType = value;
                case "user-property" -> users.add(user(each));
                default -> throw unknown(each, "payload-format-indicator, message-expiry-interval, response-topic, "
                        + "correlation-data, content-type, user-property");
            }
        }
        return new PublishProperties(0, List.of(), format, expiry, responseTopic, correlation, contentType, users);
    }

    /// @throws CommandFault when a property is for a packet that this command does not send
    void check(List<String> packets) throws CommandFault {
        for (Given each : given) {
            if (!packets.contains(each.packet())) {
                throw new CommandFault(Exit.USAGE, "-D " + each.packet() + ": properties can be given for "
                        + String.join(", ", packets));
            }
        }
    }

    private List<Given> of(String packet) {
        return given.stream().filter(each -> each.packet().equals(packet)).toList();
    }

    private static UserProperty user(Given given) {
        return new UserProperty(given.values().getFirst(), given.values().getLast());
    }

    private static long number(Given given, long min, long max) throws CommandFault {
        String text = given.values().getFirst();
        Long number = parsed(text);
        if (number == null || number < min || number > max) {
            throw new CommandFault(Exit.USAGE, "-D " + given.packet() + " " + given.name() + " is a number from " + min
                    + " to " + max + ", not " + text);
        }
        return number;
    }

    private static @Nullable Long parsed(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static CommandFault unknown(Given given, String known) {
        return new CommandFault(Exit.USAGE, "-D " + given.packet() + " " + given.name() + ": known are " + known);
    }
}
