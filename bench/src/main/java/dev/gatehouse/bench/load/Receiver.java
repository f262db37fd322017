package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;

import dev.gatehouse.bench.BenchFault;

/// A client that subscribes, acknowledges at once, and looks at the first bytes of each payload.
final class Receiver extends Connection {
    private final Flow flow;
    private final int index;
    private final Sequences sequences;

    Receiver(Engine engine, Endpoint endpoint, Flow flow, int index, Sequences sequences) {
        super(engine, endpoint, flow.plan().version(), flow.receiverId(index));
        this.flow = flow;
        this.index = index;
        this.sequences = sequences;
    }

    @Override
    byte[] greeting() {
        boolean stays = flow.plan().shape() == Shape.OFFLINE;
        return Packets.connect(version(), name(), !stays, stays ? 3600 : 0, endpoint());
    }

    @Override
    boolean welcome(boolean sessionPresent) {
        send(Packets.subscribe(version(), flow.plan().filters(index), flow.plan().qos()));
        return false;
    }

    @Override
    void granted(int qos) throws BenchFault {
        if (qos < flow.plan().qos().level()) {
            throw new BenchFault("the broker grants QoS " + qos + " when asked for " + flow.plan().qos().level());
        }
    }

    @Override
    void work(int first, ByteBuffer in, int from, int to) throws BenchFault {
        switch (first >> 4) {
            case 3 -> publish(first, in, from, to);
            case 6 -> reserve(4).putInt(0x70020000 | in.getShort(from) & 0xffff);
            case 14 -> throw new BenchFault("the broker sent DISCONNECT to " + name()
                    + (to > from ? " with code " + (in.get(from) & 0xff) : ""));
            default -> throw new BenchFault("the broker sent packet type " + (first >> 4) + " to " + name());
        }
    }

    private void publish(int first, ByteBuffer in, int from, int to) throws BenchFault {
        int at = from + 2 + (in.getShort(from) & 0xffff);
        int qos = first >> 1 & 3;
        if (qos != 0) {
            int packetId = in.getShort(at) & 0xffff;
            reserve(4).putInt((qos == 1 ? 0x40020000 : 0x50020000) | packetId);
            at += 2;
        }
        if (version().hasProperties()) {
            int bytes = Frames.lengthBytes(in, at, to);
            at += bytes + Frames.length(in, at, bytes);
        }
        if (to - at != flow.plan().payloadBytes()) {
            flow.foreign();
            return;
        }
        flow.arrived(sequences, in.getInt(at + Payload.STREAM), in.getInt(at + Payload.SEQUENCE),
                in.getLong(at + Payload.DUE));
    }

    Sequences sequences() {
        return sequences;
    }
}
