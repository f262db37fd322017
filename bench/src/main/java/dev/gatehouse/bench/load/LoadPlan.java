package dev.gatehouse.bench.load;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// What one load is made of.
///
/// @param senders clients that publish
/// @param receivers clients that subscribe; with [Shape#PAIRS] as many as senders
/// @param payloadBytes at least [Payload#BYTES_MIN]
/// @param outstanding messages of one sender under way to their receivers
/// @param perSecond messages that all senders together publish in a second; 0 for as many as the bound lets through
/// @param topics under which all topics of this load lie, without a slash at its end
/// @param spread over how many topics each sender goes, one after the other in no obvious order; 1 for one topic
public record LoadPlan(Shape shape, int senders, int receivers, Qos qos, Version version, int payloadBytes,
        int outstanding, double perSecond, long warmupMillis, long measureMillis, String topics, int spread) {
    /// Bytes of one sender under way when nobody says how many messages.
    private static final int OUTSTANDING_BYTES = 1 << 20;
    private static final int OUTSTANDING_DELIVERIES = 8192;
    private static final int OUTSTANDING_MAX = 1024;
    /// The last level of a topic when there are many.
    static final String TOPIC_DIGITS = "000000";

    /// What is not possible, each in a sentence; empty if the plan is sound.
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        require(problems, senders >= 1 && senders <= 100_000, "senders must be 1 to 100000, not " + senders);
        require(problems, receivers >= 1 && receivers <= 100_000, "receivers must be 1 to 100000, not " + receivers);
        require(problems, shape != Shape.PAIRS || senders == receivers, "pairs have as many senders as receivers");
        require(problems, shape != Shape.OFFLINE || qos != Qos.AT_MOST_ONCE, "QoS 0 waits for nobody");
        require(problems, spread >= 1 && spread <= 1_000_000, "topics must be 1 to 1000000, not " + spread);
        require(problems, payloadBytes >= Payload.BYTES_MIN && payloadBytes <= 1 << 18,
                "a payload must have " + Payload.BYTES_MIN + " to 262144 bytes, not " + payloadBytes);
        require(problems, outstanding >= 1 && outstanding <= 30_000,
                "messages under way must be 1 to 30000, not " + outstanding);
        require(problems, perSecond >= 0 && perSecond <= 1e8, "a rate must be 0 to 100000000, not " + perSecond);
        require(problems, warmupMillis >= 0 && measureMillis >= 1, "a measurement needs a time");
        return problems;
    }

    private static void require(List<String> problems, boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    /// A bound that lets every broker work in batches and none hide messages in buffers.
    public static int usualOutstanding(Shape shape, int senders, int receivers, int payloadBytes) {
        int copies = shape == Shape.FAN_OUT ? receivers : 1;
        int fair = Math.max(OUTSTANDING_DELIVERIES / Math.max(1, senders) / copies, 8);
        return Math.clamp(OUTSTANDING_BYTES / (payloadBytes + 32), 8, Math.min(OUTSTANDING_MAX, fair));
    }

    /// As fast as the usual bound lets it, for a second each of warming up and measuring.
    public static LoadPlan of(Shape shape, int senders, int receivers, Qos qos, Version version, int payloadBytes) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes,
                usualOutstanding(shape, senders, receivers, payloadBytes), 0, 1000, 1000, "load", 1);
    }

    /// The same work for another time.
    public LoadPlan lasting(long warmup, long measure) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, perSecond, warmup,
                measure, topics, spread);
    }

    /// The same work at a fixed rate.
    public LoadPlan paced(double rate) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, rate, warmupMillis,
                measureMillis, topics, spread);
    }

    /// The same work with another bound.
    public LoadPlan bounded(int messages) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, messages, perSecond, warmupMillis,
                measureMillis, topics, spread);
    }

    /// The same work on so many topics per sender.
    public LoadPlan over(int topicsEach) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, perSecond,
                warmupMillis, measureMillis, topics, topicsEach);
    }

    /// The same work on topics of its own.
    public LoadPlan under(String root) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, perSecond,
                warmupMillis, measureMillis, root, spread);
    }

    /// The topic of a sender; with a spread, its first.
    String topic(int stream) {
        return topics + "/" + stream + (spread > 1 ? "/" + TOPIC_DIGITS : "");
    }

    /// What receiver number `index` subscribes to.
    List<String> filters(int index) {
        String own = topics + "/" + index % senders + (spread > 1 ? "/+" : "");
        String all = topics + (spread > 1 ? "/+/+" : "/+");
        return switch (shape) {
            case PAIRS, OFFLINE -> List.of(own);
            case FAN_IN -> List.of(all);
            case FAN_OUT -> List.of(senders == 1 ? own : all);
            case SHARED -> List.of("$share/group/" + all);
        };
    }

    /// How many receivers get each message.
    int copies() {
        return switch (shape) {
            case PAIRS, SHARED, OFFLINE -> 1;
            case FAN_IN, FAN_OUT -> receivers;
        };
    }
}
