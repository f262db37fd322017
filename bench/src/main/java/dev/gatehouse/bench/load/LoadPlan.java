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
public record LoadPlan(Shape shape, int senders, int receivers, Qos qos, Version version, int payloadBytes,
        int outstanding, double perSecond, long warmupMillis, long measureMillis, String topics) {
    /// Bytes of one sender under way when nobody says how many messages.
    private static final int OUTSTANDING_BYTES = 1 << 20;
    private static final int OUTSTANDING_DELIVERIES = 8192;
    private static final int OUTSTANDING_MAX = 1024;

    /// What is not possible, each in a sentence; empty if the plan is sound.
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        require(problems, senders >= 1 && senders <= 100_000, "senders must be 1 to 100000, not " + senders);
        require(problems, receivers >= 1 && receivers <= 100_000, "receivers must be 1 to 100000, not " + receivers);
        require(problems, shape != Shape.PAIRS || senders == receivers, "pairs have as many senders as receivers");
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

    /// The same work for another time.
    public LoadPlan lasting(long warmup, long measure) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, perSecond, warmup,
                measure, topics);
    }

    /// The same work at a fixed rate.
    public LoadPlan paced(double rate) {
        return new LoadPlan(shape, senders, receivers, qos, version, payloadBytes, outstanding, rate, warmupMillis,
                measureMillis, topics);
    }

    String topic(int stream) {
        return topics + "/" + stream;
    }

    /// What receiver number `index` subscribes to.
    List<String> filters(int index) {
        return switch (shape) {
            case PAIRS -> List.of(topic(index));
            case FAN_IN -> List.of(topics + "/+");
            case FAN_OUT -> senders == 1 ? List.of(topic(0)) : List.of(topics + "/+");
            case SHARED -> List.of("$share/group/" + topics + "/+");
        };
    }

    /// How many receivers get each message.
    int copies() {
        return switch (shape) {
            case PAIRS, SHARED -> 1;
            case FAN_IN, FAN_OUT -> receivers;
        };
    }
}
