package dev.gatehouse.modem.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How the gateway is, at one moment.
///
/// @param failed connections by why they failed, zeros included
public record GatewayStatus(Uplink.State uplink, int open, int socketsMax, long connections, Map<Failure, Long> failed,
        long bytesUp, long bytesDown) {
    public GatewayStatus {
        failed = Map.copyOf(failed);
    }

    /// One line for a person.
    public String line() {
        String causes = failed.entrySet().stream().filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " " + entry.getKey().label()).collect(Collectors.joining(", "));
        Integer signal = uplink.signalDbm();
        return (uplink.ready() ? "up" : "DOWN") + ", signal " + (signal == null ? "unknown" : signal + " dBm") + ", "
                + open + " of " + socketsMax + " sockets, " + connections + " connections, out " + bytes(bytesUp)
                + ", in " + bytes(bytesDown) + (causes.isEmpty() ? "" : ", failed: " + causes)
                + (uplink.ready() ? "" : " (" + uplink.words() + ")");
    }

    private static String bytes(long bytes) {
        return bytes < 10_000
                ? bytes + " B"
                : bytes < 10_000_000
                        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /// All of it as Prometheus reads it (text format 0.0.4).
    public String prometheus() {
        StringBuilder page = new StringBuilder(2_000);
        metric(page, "gatehouse_modem_up", "gauge", "1 when connections can be made through the modem.");
        page.append("gatehouse_modem_up ").append(uplink.ready() ? 1 : 0).append('\n');
        metric(page, "gatehouse_modem_starts_total", "counter", "How often the modem was brought up.");
        page.append("gatehouse_modem_starts_total ").append(uplink.starts()).append('\n');
        if (uplink.signalDbm() != null) {
            metric(page, "gatehouse_modem_signal_dbm", "gauge", "Received signal strength.");
            page.append("gatehouse_modem_signal_dbm ").append(uplink.signalDbm()).append('\n');
        }
        metric(page, "gatehouse_gateway_sockets_open", "gauge", "The modem's sockets in use.");
        page.append("gatehouse_gateway_sockets_open ").append(open).append('\n');
        metric(page, "gatehouse_gateway_sockets_max", "gauge", "The modem's sockets that may be used.");
        page.append("gatehouse_gateway_sockets_max ").append(socketsMax).append('\n');
        metric(page, "gatehouse_gateway_connections_total", "counter", "Connections made through the modem.");
        page.append("gatehouse_gateway_connections_total ").append(connections).append('\n');
        metric(page, "gatehouse_gateway_bytes_total", "counter", "Payload carried, out = towards the network.");
        page.append("gatehouse_gateway_bytes_total{direction=\"out\"} ").append(bytesUp).append('\n');
        page.append("gatehouse_gateway_bytes_total{direction=\"in\"} ").append(bytesDown).append('\n');
        metric(page, "gatehouse_gateway_failures_total", "counter", "Connections that failed, by cause.");
        for (Failure failure : Failure.values()) {
            page.append("gatehouse_gateway_failures_total{cause=\"").append(failure.label()).append("\"} ")
                    .append(failed.getOrDefault(failure, 0L)).append('\n');
        }
        return page.toString();
    }

    private static void metric(StringBuilder page, String name, String type, String help) {
        page.append("# HELP ").append(name).append(' ').append(help).append('\n');
        page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
