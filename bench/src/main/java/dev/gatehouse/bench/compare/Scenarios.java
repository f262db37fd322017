package dev.gatehouse.bench.compare;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.bench.compare.Work.Door;
import dev.gatehouse.bench.compare.Work.Growing;
import dev.gatehouse.bench.load.LoadPlan;
import dev.gatehouse.bench.load.Shape;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// All that can be measured, in the order of the table.
final class Scenarios {
    private static final int SMALL = 64;
    private static final int MEDIUM = 1024;
    private static final int LARGE = 16_384;
    private static final Version OLD = Version.MQTT_3_1_1;

    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        traffic(all, "pairs", "4 pairs", Shape.PAIRS, 4, 4);
        traffic(all, "fan-in", "fan-in 100 to 1", Shape.FAN_IN, 100, 1);
        traffic(all, "fan-out-10", "fan-out 1 to 10", Shape.FAN_OUT, 1, 10);
        traffic(all, "fan-out", "fan-out 1 to 1000", Shape.FAN_OUT, 1, 1000);
        traffic(all, "shared", "4 to a shared group of 8", Shape.SHARED, 4, 8);
        sizes(all);
        latency(all);
        add(all, "offline", "durable QoS 1 to sessions that are away", new Work.Offline(LoadPlan.of(Shape.OFFLINE, 16,
                16, Qos.AT_LEAST_ONCE, OLD, SMALL).bounded(512)), Figure.PER_SECOND, true);
        add(all, "connect", "connections, plain", new Work.Connecting(Door.PLAIN), Figure.CONNECTIONS, true);
        add(all, "handshake-full", "full TLS handshakes, 10 000 names", new Work.Connecting(Door.FULL_HANDSHAKE),
                Figure.HANDSHAKES, true);
        add(all, "handshake-resumed", "resumed TLS handshakes, 10 000 names",
                new Work.Connecting(Door.RESUMED_HANDSHAKE), Figure.HANDSHAKES, true);
        add(all, "idle", "memory of an idle connection, plain", new Work.Idle(false), Figure.BYTES_EACH, true);
        add(all, "idle-tls", "memory of an idle connection, TLS", new Work.Idle(true), Figure.BYTES_EACH, false);
        add(all, "start", "start to accepting", new Work.Starting(), Figure.ACCEPTS, true);
        add(all, "subscriptions", "memory of a subscription, of 1 000 000", new Work.Subscriptions(
                pairs(Qos.AT_MOST_ONCE, OLD, SMALL).over(1000), 1_000_000), Figure.BYTES_EACH, false);
        add(all, "noise", "p99 of a quiet client beside a full load", new Work.Noise(), Figure.P99, true);
        own(all);
        return all;
    }

    private static void traffic(List<Scenario> all, String id, String title, Shape shape, int senders,
            int receivers) {
        for (Qos qos : Qos.values()) {
            boolean quick = qos != Qos.EXACTLY_ONCE || shape == Shape.PAIRS;
            add(all, id + "-q" + qos.level(), title + ", QoS " + qos.level() + ", 64 B", new Work.Traffic(
                    LoadPlan.of(shape, senders, receivers, qos, OLD, SMALL), false), Figure.PER_SECOND, quick);
        }
    }

    private static void sizes(List<Scenario> all) {
        for (Qos qos : List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)) {
            String end = "-q" + qos.level();
            String words = ", QoS " + qos.level();
            add(all, "pairs-1k" + end, "4 pairs" + words + ", 1 KiB", new Work.Traffic(pairs(qos, OLD, MEDIUM), false),
                    Figure.PER_SECOND, false);
            add(all, "pairs-16k" + end, "4 pairs" + words + ", 16 KiB", new Work.Traffic(pairs(qos, OLD, LARGE),
                    false), Figure.PER_SECOND, qos == Qos.AT_MOST_ONCE);
            add(all, "pairs-v5" + end, "4 pairs" + words + ", 64 B, MQTT 5", new Work.Traffic(pairs(qos,
                    Version.MQTT_5, SMALL), false), Figure.PER_SECOND, qos == Qos.AT_LEAST_ONCE);
            add(all, "pairs-tls" + end, "4 pairs" + words + ", 64 B, TLS", new Work.Traffic(pairs(qos, OLD, SMALL),
                    true), Figure.PER_SECOND, qos == Qos.AT_LEAST_ONCE);
            add(all, "pairs-16k-tls" + end, "4 pairs" + words + ", 16 KiB, TLS", new Work.Traffic(pairs(qos, OLD,
                    LARGE), true), Figure.PER_SECOND, false);
        }
    }

    private static void latency(List<Scenario> all) {
        for (Qos qos : List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)) {
            add(all, "latency-q" + qos.level(), "p99 at 10 000 msg/s, QoS " + qos.level(), new Work.Steady(
                    pairs(qos, OLD, SMALL).paced(10_000), 0), Figure.P99, true);
            add(all, "latency-own-q" + qos.level(), "p99 at 20 % of own maximum, QoS " + qos.level(),
                    new Work.Steady(pairs(qos, OLD, SMALL), 0.2), Figure.P99, qos == Qos.AT_LEAST_ONCE);
        }
    }

    private static void own(List<Scenario> all) {
        for (Growing growing : Growing.values()) {
            String name = growing.name().toLowerCase(java.util.Locale.ROOT);
            all.add(new Scenario("growth-" + name, "cost of a message as " + name + " grow", new Work.Growth(growing),
                    Figure.GROWTH, false, false));
        }
        for (Qos qos : List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)) {
            all.add(new Scenario("cores-q" + qos.level(), "from one core to two, QoS " + qos.level(),
                    new Work.TwoCores(LoadPlan.of(Shape.PAIRS, 16, 16, qos, OLD, SMALL)), Figure.FACTOR, false,
                    false));
        }
    }

    private static LoadPlan pairs(Qos qos, Version version, int bytes) {
        return LoadPlan.of(Shape.PAIRS, 4, 4, qos, version, bytes);
    }

    private static void add(List<Scenario> all, String id, String title, Work work, Figure headline, boolean quick) {
        all.add(new Scenario(id, title, work, headline, quick, true));
    }
}
