package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.doctor.explain.Observation.Alert;
import dev.gatehouse.doctor.explain.Observation.AtAnswer;
import dev.gatehouse.doctor.explain.Observation.AtCommand;
import dev.gatehouse.doctor.explain.Observation.Client;
import dev.gatehouse.doctor.explain.Observation.Said;
import dev.gatehouse.doctor.explain.Observation.Target;

/// Everything that was observed, for the rules to ask.
final class Seen {
    /// So many connections of one client identifier in one excerpt are a loop.
    private static final int LOOP = 3;
    private static final Set<Integer> PLAIN_PORTS = Set.of(1883, 1884, 1885, 18_830);
    private static final Set<Integer> TLS_PORTS = Set.of(8883, 8884, 8885, 8886, 8887, 8081, 8084, 443, 18_883);

    /// What only those print who accept connections.
    private static final Pattern ACCEPTS = Pattern.compile(
            "(?i), client: [0-9a-f.:]+, server:|while SSL handshaking, client:|TLS server: |\\blistener=|handshake error from |for unpwd check");

    private final List<Observation> all;
    private final Stack stack;
    private final Wire wire;
    private final Map<String, List<Said>> said = new LinkedHashMap<>();
    private final Set<String> quoted = new HashSet<>();
    private final Ledger ledger;

    Seen(Ledger ledger) {
        this.ledger = ledger;
        all = new ArrayList<>(ledger.inOrder());
        stack = ledger.stacks().entrySet().stream()
                .max(Comparator.comparingLong((Map.Entry<Stack, Long> e) -> e.getValue())
                        .thenComparingInt(e -> -e.getKey().ordinal()))
                .map(Map.Entry::getKey).orElse(Stack.UNKNOWN);
        wire = Wire.of(all);
        all.addAll(wire.observations());
        all.addAll(derived());
        for (Observation one : all) {
            if (one instanceof Said words) {
                said.computeIfAbsent(words.sign().id(), _ -> new ArrayList<>()).add(words);
            }
        }
        leaveOutQuotations();
        said.values().forEach(list -> list.sort((a, b) -> a.line().isBefore(b.line())
                ? -1
                : b.line().isBefore(a.line()) ? 1 : 0));
    }

    private List<Said> derived() {
        var more = new ArrayList<Said>();
        for (Observation one : all) {
            if (one instanceof Alert alert) {
                String sign = alertSign(alert);
                if (!sign.isEmpty()) {
                    more.add(new Said(alert.line(), Signs.named(sign),
                            "alert " + alert.number() + switch (sender(alert)) {
                                case CLIENT -> ", sent by the client";
                                case SERVER -> ", sent by the server";
                                case UNKNOWN -> "";
                            }));
                }
            }
        }
        var connects = new HashMap<String, List<Client>>();
        for (Observation one : all) {
            if (one instanceof Client client && client.step() == Client.Step.CONNECTED) {
                connects.computeIfAbsent(client.id(), _ -> new ArrayList<>()).add(client);
            }
        }
        connects.forEach((id, times) -> {
            if (times.size() >= LOOP) {
                times.forEach(
                        client -> more.add(new Said(client.line(), Signs.named("reconnect-loop"), "client " + id)));
            }
        });
        return more;
    }

    /// Where a sign is reported as well as quoted, only the reports count; where it is only quoted, it decides nothing.
    private void leaveOutQuotations() {
        Set<Line> tables = Quotation.tables(said.values().stream().flatMap(List::stream).toList());
        Map<Line, Boolean> quotations = new HashMap<>(); // one line may say many things
        Predicate<Said> isQuoted = each -> tables.contains(each.line())
                || quotations.computeIfAbsent(each.line(), Quotation::isOne);
        said.forEach((id, times) -> {
            if (times.stream().allMatch(isQuoted)) {
                quoted.add(id);
            } else {
                times.removeIf(isQuoted);
            }
        });
    }

    /// Whether all that was said of it is a quotation.
    boolean isOnlyQuoted(String sign) {
        return quoted.contains(sign);
    }

    private Side sender(Alert alert) {
        if (alert.sender() != Side.UNKNOWN) {
            return alert.sender();
        }
        if (isServerLine(alert.line())) {
            return Side.CLIENT;
        }
        // A bare error queue of OpenSSL could be either side's.
        boolean bare = stack == Stack.UNKNOWN || stack == Stack.OPENSSL && ledger.count("said s-client") == 0;
        return bare ? Side.UNKNOWN : Side.SERVER;
    }

    private String alertSign(Alert alert) {
        boolean byClient = sender(alert) == Side.CLIENT;
        if (sender(alert) == Side.UNKNOWN && alert.number() >= 42 && alert.number() <= 48 && alert.number() != 47) {
            return "alert-certificate";
        }
        return switch (alert.number()) {
            case 20 -> "tls-record-damaged";
            case 22 -> "tls-record-size";
            case 40 -> byClient ? "alert-handshake-failure-by-client" : "alert-handshake-failure";
            case 42, 43 -> byClient ? "verify-failed" : "alert-bad-certificate";
            case 44, 46 -> byClient ? "verify-failed" : "client-cert-rejected";
            case 45 -> byClient ? "certificate-expired" : "client-cert-rejected";
            case 48 -> byClient ? "untrusted-issuer" : "client-cert-rejected";
            case 49 -> byClient ? "" : "policy-denied";
            case 51 -> byClient ? "" : "alert-decrypt-error";
            case 70, 86 -> "tls-version-differs";
            case 71 -> "no-shared-cipher";
            case 80 -> "alert-internal-error";
            case 112 -> "sni-refused";
            case 115 -> "psk-unknown";
            case 116 -> "client-cert-missing";
            case 120 -> "alpn-differs";
            case 10, 47, 50, 109, 110 -> "tls-handshake-failed";
            default -> "";
        };
    }

    List<Observation> all() {
        return all;
    }

    Stack stack() {
        return stack;
    }

    Wire wire() {
        return wire;
    }

    /// Whether the line was written by whoever accepts connections.
    boolean isServerLine(Line line) {
        if (line.text().contains(" to upstream")) {
            return false; // a proxy that dials
        }
        return line.broker() || ACCEPTS.matcher(line.text()).find()
                || stack.side() == Side.SERVER && !ledger.stacks().containsKey(Stack.MOSQUITTO_CLI)
                        && !isOfEitherSide();
    }

    /// All that looks like mosquitto is what a client with its library prints too.
    private boolean isOfEitherSide() {
        return stack == Stack.MOSQUITTO_BROKER
                && ledger.stacks().getOrDefault(stack, 0L) <= ledger.count("said openssl-queue");
    }

    boolean mentionsBridge() {
        return ledger.stacks().containsKey(Stack.MOSQUITTO_BRIDGE);
    }

    boolean has(String sign) {
        Signs.named(sign);
        return said.containsKey(sign);
    }

    boolean hasAny(String... signs) {
        for (String sign : signs) {
            if (has(sign)) {
                return true;
            }
        }
        return false;
    }

    List<Said> said(String sign) {
        return said.getOrDefault(sign, List.of());
    }

    /// How often, also where not every time was kept.
    long count(String sign) {
        return Math.max(ledger.count("said " + sign), said(sign).size());
    }

    @Nullable
    Line last(String sign) {
        List<Said> times = said(sign);
        return times.isEmpty() ? null : times.getLast().line();
    }

    /// Whether the one sign comes after the last of the other.
    boolean comesAfter(String later, String earlier) {
        Line a = last(earlier);
        Line b = last(later);
        return a != null && b != null && a.isBefore(b);
    }

    List<Target> targets() {
        return all.stream().filter(Target.class::isInstance).map(Target.class::cast).toList();
    }

    List<AtCommand> commands(String name) {
        return all.stream().filter(AtCommand.class::isInstance).map(AtCommand.class::cast)
                .filter(command -> command.name().equals(name)).toList();
    }

    List<AtAnswer> answers(String name) {
        return all.stream().filter(AtAnswer.class::isInstance).map(AtAnswer.class::cast)
                .filter(answer -> answer.name().equals(name)).toList();
    }

    List<Client> clients(Client.Step step) {
        return all.stream().filter(Client.class::isInstance).map(Client.class::cast).filter(c -> c.step() == step)
                .toList();
    }

    /// A name that ends up in a sentence; the empty string when the log names none.
    String host() {
        return targets().stream().map(Target::host).filter(host -> !host.isEmpty() && !host.contains("<"))
                .reduce((_, b) -> b)
                .orElse("");
    }

    boolean dialsItself() {
        return targets().stream()
                .anyMatch(target -> target.host().equals("localhost") || target.host().startsWith("127.")
                        || target.host().equals("::1") || target.host().equals("[::1]"));
    }

    /// All hosts that are dialled are addresses: no server name can be sent for those (RFC 6066 §3).
    boolean dialsAddress() {
        List<String> hosts = targets().stream().map(Target::host).filter(host -> !host.isEmpty()).toList();
        return !hosts.isEmpty() && hosts.stream().allMatch(host -> host.matches("[0-9.]+|\\[?[0-9a-f:]+]?"));
    }

    boolean dialsPlainPort() {
        return targets().stream().anyMatch(target -> PLAIN_PORTS.contains(target.port()))
                && targets().stream().noneMatch(target -> TLS_PORTS.contains(target.port()));
    }

    boolean dialsTlsPort() {
        return targets().stream().anyMatch(target -> target.port() >= 8883 && target.port() <= 8887)
                && targets().stream().noneMatch(target -> PLAIN_PORTS.contains(target.port()));
    }

    /// All ports that are dialled are those that IANA gave to MQTT, without WebSocket.
    boolean dialsMqttPort() {
        List<Integer> ports = targets().stream().map(Target::port).filter(port -> port > 0).toList();
        return !ports.isEmpty() && ports.stream().allMatch(port -> port == 1883 || port == 8883);
    }

    boolean dialsUnusualPort() {
        Set<Integer> usual = new HashSet<>(PLAIN_PORTS);
        usual.addAll(TLS_PORTS);
        usual.addAll(Set.of(80, 8080, 8083, 9001, 8000, 15_675));
        return targets().stream().anyMatch(target -> target.port() > 0 && !usual.contains(target.port()));
    }

    boolean schemeIs(String scheme) {
        return targets().stream().anyMatch(target -> target.scheme().equals(scheme));
    }

    /// Anything that speaks of TLS: a scheme, a port, a handshake.
    boolean usesTls() {
        return schemeIs("mqtts") || schemeIs("wss") || tlsBegan() || dialsTlsPort() || !wire.records().isEmpty();
    }

    boolean tlsBegan() {
        return hasAny("tls-begun", "tls-done", "tls-closed", "tls-handshake-failed", "verify-failed",
                "tls-record-invalid",
                "tls-configured", "handshake-step");
    }

    boolean usesWebSocket() {
        return schemeIs("ws") || schemeIs("wss") || stack == Stack.BROWSER
                || hasAny("ws-path", "ws-subprotocol", "invalid-frame-header", "websocket-named");
    }

    /// A modem is between the program and the network.
    boolean usesModem() {
        return ledger.stacks().keySet().stream().anyMatch(Stack::isModem);
    }
}
