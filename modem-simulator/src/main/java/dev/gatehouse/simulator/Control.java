package dev.gatehouse.simulator;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.gatehouse.simulator.fault.Catalogue;
import dev.gatehouse.simulator.modem.Transcript;

/// What a person, a script or a test can tell a running simulator, one line each.
///
/// ```
/// fault NAME[:key=value,…]  something goes wrong
/// clear [NAME]              no more faults of that name, or none at all
/// restore                   network, SIM and power are there again
/// faults                    those that are still to strike
/// catalogue                 every fault that there is
/// log [N]                   the last N things said (20)
/// help                      this list
/// ```
final class Control {
    private static final int LOG_LINES = 20;
    private static final List<String> HELP = List.of("fault NAME[:key=value,...]  something goes wrong",
            "clear [NAME]  no more faults of that name, or none at all",
            "restore       network, SIM and power are there again", "faults        those that are still to strike",
            "catalogue     every fault that there is", "log [N]       the last N things said",
            "help          this list");

    private Control() {}

    static String carryOut(Simulator simulator, String line) {
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        try {
            return switch (words[0].toLowerCase(Locale.ROOT)) {
                case "fault" -> {
                    simulator.fault(rest);
                    yield "ok";
                }
                case "clear" -> {
                    simulator.clear(rest);
                    yield "ok";
                }
                case "restore", "power" -> {
                    simulator.restore();
                    yield "ok";
                }
                case "faults" -> {
                    List<String> armed = simulator.faults();
                    yield armed.isEmpty() ? "none" : String.join("\n", armed);
                }
                case "catalogue" -> Catalogue.names().entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue()).collect(Collectors.joining("\n"));
                case "log" -> log(simulator, rest);
                case "help" -> String.join("\n", HELP);
                default -> "error: there is no '" + words[0] + "'; try help";
            };
        } catch (IllegalArgumentException wrong) {
            return "error: " + wrong.getMessage();
        }
    }

    private static String log(Simulator simulator, String count) {
        List<Transcript.Entry> all = simulator.log();
        int lines = count.isEmpty() ? LOG_LINES : Integer.parseInt(count);
        return all.subList(Math.max(0, all.size() - lines), all.size()).stream().map(Transcript.Entry::toString)
                .collect(Collectors.joining("\n"));
    }
}
