package dev.gatehouse.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// Results as a picture (SVG): a row per work, a point per broker, at how many times better this broker is than it.
/// The scale is logarithmic; left of the line at 1 another is better.
final class Plot {
    private static final String OURS = "gatehouse";
    private static final List<String> COLOURS = List.of("#111111", "#d1495b", "#f2a65a", "#8a5a44", "#7b6fd0",
            "#2a9d8f", "#2f6fde", "#c45ab3", "#8d99ae");
    private static final int LEFT = 330;
    private static final int PLOT = 640;
    private static final int RIGHT = 90;
    private static final int TOP = 112;
    private static final int ROW = 26;

    private final Results results;
    private final List<String> peers;
    private final List<Scenario> rows = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder();
    private double low = 0.5;
    private double high = 10;

    private Plot(Results results, List<String> peers) {
        this.results = results;
        this.peers = peers;
        for (Scenario scenario : Scenarios.all()) {
            Cell ours = results.get(scenario.id(), OURS);
            if (scenario.peers() && ours != null && ours.median(scenario.headline()).isPresent()) {
                rows.add(scenario);
                for (String peer : peers) {
                    OptionalDouble ratio = ratio(scenario, peer);
                    if (ratio.isPresent()) {
                        low = Math.min(low, ratio.getAsDouble() / 1.1);
                        high = Math.max(high, ratio.getAsDouble() * 1.1);
                    }
                }
            }
        }
    }

    static String of(Results results, List<String> peers) {
        return new Plot(results, peers).drawn();
    }

    private OptionalDouble ratio(Scenario scenario, String peer) {
        Cell ours = results.get(scenario.id(), OURS);
        Cell other = results.get(scenario.id(), peer);
        if (ours == null || other == null || ours.median(scenario.headline()).isEmpty()
                || other.median(scenario.headline()).isEmpty()) {
            return OptionalDouble.empty();
        }
        double ratio = Table.ratio(scenario.headline(), ours.median(scenario.headline()).getAsDouble(),
                other.median(scenario.headline()).getAsDouble());
        return ratio > 0 && Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    private String drawn() {
        int height = TOP + rows.size() * ROW + 40;
        int width = LEFT + PLOT + RIGHT;
        svg.append(String.format(Locale.ROOT,
                """
                        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %1$d %2$d" \
                        font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">
                        <rect width="100%%" height="100%%" fill="white"/>
                        <text x="24" y="34" font-size="19" font-weight="bold">How many times better Gatehouse is, \
                        one core each</text>
                        <text x="24" y="56" fill="#666">Each point is one broker in the same run, medians; right of 1 Gatehouse \
                        is ahead, left of 1 the other. Logarithmic scale.</text>
                        """,
                width, height));
        legend();
        grid(height);
        for (int i = 0; i < rows.size(); i++) {
            row(rows.get(i), TOP + i * ROW + ROW / 2, i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        int x = 24;
        for (int i = 1; i < peers.size(); i++) {
            svg.append(String.format(Locale.ROOT, "<circle cx=\"%d\" cy=\"80\" r=\"5.5\" fill=\"%s\"/>", x + 6,
                    colour(i)));
            svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"84.5\">%s</text>%n", x + 17, peers.get(i)));
            x += 34 + peers.get(i).length() * 8;
        }
    }

    private static String colour(int peer) {
        return COLOURS.get(peer % COLOURS.size());
    }

    private double x(double ratio) {
        return LEFT + PLOT * (Math.log(ratio) - Math.log(low)) / (Math.log(high) - Math.log(low));
    }

    private void grid(int height) {
        int bottom = height - 34;
        for (double ten = Math.pow(10, Math.floor(Math.log10(low))); ten <= high; ten *= 10) {
            for (double at : new double[]{ten, 2 * ten, 5 * ten}) {
                if (at >= low && at <= high) {
                    boolean one = Math.abs(at - 1) < 1e-9;
                    svg.append(String.format(Locale.ROOT,
                            "<line x1=\"%.1f\" x2=\"%1$.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"%s\"/>",
                            x(at), TOP - 4, bottom, one ? "#111" : "#e3e3e3", one ? "1.6" : "1"));
                    svg.append(String.format(Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%sx</text>%n", x(at),
                            bottom + 18,
                            at >= 1 ? Long.toString(Math.round(at)) : Double.toString(Math.round(at * 1000) / 1000.0)));
                }
            }
        }
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#666\">"
                + "Gatehouse</text>%n", LEFT + PLOT + RIGHT - 12, TOP - 8));
    }

    private static String unit(Figure figure) {
        return switch (figure) {
            case PER_SECOND, CONNECTIONS, HANDSHAKES -> "/s";
            case P50, P99, P999 -> " us";
            case ACCEPTS, ANSWERS -> " ms";
            case BYTES_EACH -> " B";
            case RESIDENT -> " MiB";
            case PER_BROKER_SECOND, RESUMED, GENERATOR, LOST, DUPLICATES, MISORDERED, RATE, GROWTH, FACTOR -> "";
        };
    }

    private void row(Scenario scenario, int y, int index) {
        if (index % 2 == 0) {
            svg.append(String.format(Locale.ROOT, "<rect x=\"16\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#000\" "
                    + "fill-opacity=\"0.028\"/>", y - ROW / 2, LEFT + PLOT + RIGHT - 24, ROW));
        }
        svg.append(String.format(Locale.ROOT, "<text x=\"24\" y=\"%.1f\">%s</text>", y + 4.5, scenario.title()));
        for (int i = 1; i < peers.size(); i++) {
            OptionalDouble ratio = ratio(scenario, peers.get(i));
            if (ratio.isPresent()) {
                svg.append(String.format(Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"5.5\" fill=\"%s\" fill-opacity=\"0.88\">"
                                + "<title>%s: %.2fx</title></circle>",
                        x(ratio.getAsDouble()), y, colour(i), peers.get(i), ratio.getAsDouble()));
            }
        }
        Cell ours = results.get(scenario.id(), OURS);
        if (ours != null) {
            ours.median(scenario.headline()).ifPresent(value -> svg.append(String.format(Locale.ROOT,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444\">%s</text>%n",
                    LEFT + PLOT + RIGHT - 12, y + 4.5,
                    Figure.shown(value) + unit(scenario.headline()))));
        }
    }
}
