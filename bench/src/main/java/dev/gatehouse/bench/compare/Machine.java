package dev.gatehouse.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the figures were measured on.
final class Machine {
    private Machine() {}

    static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", line(Path.of("/proc/cpuinfo"), "model name"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", line(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        return facts;
    }

    private static String line(Path file, String begin) {
        try {
            return Files.readAllLines(file).stream().filter(line -> line.startsWith(begin))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
        } catch (IOException _) {
            return "unknown"; // no /proc here
        }
    }
}
