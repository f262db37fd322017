package dev.gatehouse.doctor.explain;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gatehouse.diagnosis.Cause;

/// What to do about a cause, in the words of the stack that failed: `fixes.md`, and the catalogue where that has nothing.
final class Fixes {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Map<String, String> ALL = parse(Signs.text("fixes.md"));

    private Fixes() {}

    static String of(Cause cause, Seen seen) {
        String fix = Stream
                .of(seen.stack().name().toLowerCase(Locale.ROOT).replace('_', '-'), family(seen.stack()), "any")
                .filter(_ -> seen.stack() != Stack.GATEHOUSE)
                .flatMap(stack -> Optional.ofNullable(ALL.get(cause.id() + ' ' + stack)).stream())
                .findFirst().orElseGet(cause::fix);
        String host = seen.host();
        Map<String, String> words = Map.of("host", HARMLESS.matcher(host).matches() ? host : "the broker's host name",
                "name",
                "this name", "tenant", "<tenant>", "user", "<user>", "client", "this client identifier", "listener",
                "<listener>",
                "remote", "the address", "topic", "the topic", "limit", "its configuration has the number");
        return PLACEHOLDER.matcher(fix).replaceAll(found -> Matcher
                .quoteReplacement(words.getOrDefault(found.group(1), found.group())));
    }

    private static String family(Stack stack) {
        return switch (stack) {
            case ESP_IDF, ESP_MODEM, ESPHOME -> "esp";
            case ARDUINO, TINYGSM, TASMOTA -> "arduino";
            case SIMCOM, QUECTEL, UBLOX -> "modem";
            case JAVA, ANDROID -> "jvm";
            case NODEJS, BROWSER -> "javascript";
            case MOSQUITTO_BROKER, MOSQUITTO_CLI, MOSQUITTO_BRIDGE -> "mosquitto";
            case PYTHON, MICROPYTHON, GO, DOTNET, RUST, DART, IOS, PHP, C_AWS, C_AZURE, ZEPHYR, MONGOOSE_OS, WOLFSSL,
                    NGINX, HAPROXY,
                    EMQX, HIVEMQ, VERNEMQ, RABBITMQ, OPENSSL, CURL, PCAP, GATEHOUSE, UNKNOWN ->
                "none";
        };
    }

    /// `## cause`, then lines `stack: text`.
    static Map<String, String> parse(String markdown) {
        var all = new HashMap<String, String>();
        String cause = "";
        for (String line : markdown.lines().toList()) {
            if (line.startsWith("## ")) {
                cause = line.substring(3).strip();
            } else if (line.matches("- [a-z-]+: .+")) {
                int colon = line.indexOf(": ");
                for (String stack : List.of(line.substring(2, colon).split(","))) {
                    all.put(cause + ' ' + stack.strip(), line.substring(colon + 2));
                }
            }
        }
        return Map.copyOf(all);
    }
}
