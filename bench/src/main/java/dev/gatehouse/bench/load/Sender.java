package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.mqtt.Qos;

/// A client that publishes one stream: as fast as the bound on what is under way lets it, or when its [Flow] says so.
final class Sender extends Connection {
    /// Packet ids are 1 to 65 535, in turn: never more are under way than that.
    private static final int PACKET_IDS = 65_535;
    /// Sending waits until so many parts of the bound are free: brokers read and write in batches under load.
    private static final int BATCHES = 4;

    /// A prime: topics follow each other without an order that a cache could use, and each comes as often.
    private static final long STRIDE = 7_368_787;

    private final Flow flow;
    private final Packets.Template template;
    private final Qos qos;
    private final int stream;
    private final int copies;
    private final int spread;
    private final boolean offline;
    private int bound;
    private int batch;
    private int sent;
    private int acknowledged;
    private long settled;
    private boolean queued;

    Sender(Engine engine, Endpoint endpoint, Flow flow, int stream) {
        super(engine, endpoint, flow.plan().version(), flow.senderId(stream));
        LoadPlan plan = flow.plan();
        this.flow = flow;
        this.stream = stream;
        this.qos = plan.qos();
        this.copies = plan.copies();
        this.spread = plan.spread();
        this.offline = plan.shape() == Shape.OFFLINE;
        this.template = Packets.Template.of(plan.version(), plan.topic(stream), qos, plan.payloadBytes(), stream);
        this.bound = plan.outstanding();
        this.batch = Math.max(1, bound / BATCHES);
    }

    @Override
    byte[] greeting() {
        return Packets.connect(version(), name(), true, 0, endpoint());
    }

    @Override
    boolean welcome(boolean sessionPresent) {
        if (qos != Qos.AT_MOST_ONCE && receiveMaximum() < bound) {
            bound = receiveMaximum();
            batch = Math.max(1, bound / BATCHES);
        }
        return true;
    }

    @Override
    void work(int first, ByteBuffer in, int from, int to) throws BenchFault {
        switch (first >> 4) {
            case 4 -> acknowledged(in, from, to);
            case 5 -> {
                if (refused(in, from, to)) {
                    acknowledged(in, from, to);
                } else {
                    reserve(4).putInt(0x62020000 | in.getShort(from) & 0xffff);
                }
            }
            case 7 -> acknowledged(in, from, to);
            case 14 -> throw new BenchFault("the broker sent DISCONNECT to " + name()
                    + (to > from ? " with code " + (in.get(from) & 0xff) : ""));
            default -> throw new BenchFault("the broker sent packet type " + (first >> 4) + " to " + name());
        }
    }

    private static boolean refused(ByteBuffer in, int from, int to) {
        return to - from > 2 && in.get(from + 2) < 0; // reason codes from 0x80 on are errors
    }

    private void acknowledged(ByteBuffer in, int from, int to) {
        acknowledged++;
        if (refused(in, from, to)) {
            flow.refused();
        }
        if (offline) {
            settled++;
            flow.acknowledged();
        }
        consider();
    }

    /// So many copies of this stream's messages are not under way any more.
    void settle(int count) {
        settled += count;
        consider();
    }

    private void consider() {
        if (!queued && room() >= batch) {
            queued = true;
            flow.queue(this);
        }
    }

    private int room() {
        int arrived = copies == 1 ? (int) settled : (int) (settled / copies);
        int room = bound - (sent - arrived);
        return qos == Qos.AT_MOST_ONCE ? room : Math.min(room, bound - (sent - acknowledged));
    }

    /// Sends all that the bound lets through.
    ///
    /// @param now as [System#nanoTime] tells it
    void fill(long now) {
        queued = false;
        int room = room();
        if (room > 0) {
            ByteBuffer out = reserve(room * template.size());
            for (int i = 0; i < room; i++) {
                append(out, now);
            }
        }
    }

    /// Sends one message.
    ///
    /// @param due when it should have left
    void publish(long due) {
        append(reserve(template.size()), due);
    }

    private void append(ByteBuffer out, long due) {
        int at = out.position();
        out.put(at, template.bytes(), 0, template.size());
        if (qos != Qos.AT_MOST_ONCE) {
            out.putShort(at + template.packetIdAt(), (short) (1 + sent % PACKET_IDS));
        }
        if (spread > 1) {
            topic(out, at + template.topicEnd());
        }
        int payload = at + template.payloadAt();
        out.putInt(payload + Payload.SEQUENCE, sent);
        out.putLong(payload + Payload.DUE, due);
        out.position(at + template.size());
        sent++;
    }

    /// Writes the digits of the next topic, which lie before `end`.
    private void topic(ByteBuffer out, int end) {
        int number = (int) (sent * STRIDE % spread);
        for (int at = end - 1; number > 0; number /= 10) {
            out.put(at--, (byte) ('0' + number % 10));
        }
    }

    int stream() {
        return stream;
    }

    int sent() {
        return sent;
    }

    /// Copies that have neither arrived nor been given up, and messages without their last acknowledgement.
    long underWay() {
        long copiesUnderWay = (long) sent * copies - settled;
        return qos == Qos.AT_MOST_ONCE ? copiesUnderWay : Math.max(copiesUnderWay, sent - acknowledged);
    }
}
