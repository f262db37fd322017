package dev.gatehouse.doctor.explain;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a capture of packets, classic pcap or pcapng, and follows the TCP connections in it.
///
/// - **Shape:** packets → [Flow]s, which tell what happened. Line numbers are packet numbers.
/// - **Memory:** one packet and [#FLOWS_MAX] connections. What is cut off or malformed ends the reading, quietly.
/// - **Source:** draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng; link types at tcpdump.org/linktypes.html.
final class Capture {
    static final int PACKET_BYTES_MAX = 262_144;
    static final int FLOWS_MAX = 2_000;
    private static final int SECTION = 0x0A0D0D0A;
    private static final int BYTE_ORDER = 0x1A2B3C4D;
    private static final int BLOCK_BYTES_MAX = 16 << 20;

    private final int file;
    private final Ledger ledger;
    private final Map<String, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);
    private final Ahead.Room room = new Ahead.Room();
    private long packets;
    private boolean little;
    private int linkType;

    Capture(int file, Ledger ledger) {
        this.file = file;
        this.ledger = ledger;
    }

    /// Whether the stream begins like a capture; it is put back to its start.
    static boolean isOne(BufferedInputStream in) throws IOException {
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        if (magic.length < 4) {
            return false;
        }
        return switch (int32(magic, 0, false)) {
            case SECTION, 0xA1B2C3D4, 0xD4C3B2A1, 0xA1B23C4D, 0x4D3CB2A1 -> true;
            default -> false;
        };
    }

    void read(InputStream in) throws IOException {
        ledger.mark(Stack.PCAP);
        var data = new DataInputStream(in);
        try {
            byte[] magic = data.readNBytes(4);
            if (int32(magic, 0, false) == SECTION) {
                blocks(data);
            } else {
                classic(data, int32(magic, 0, false));
            }
        } catch (EOFException cut) {
            // a capture that ends in the middle of a packet: what came before counts
        }
        flows.values().forEach(Flow::over);
    }

    private void classic(DataInputStream in, int magic) throws IOException {
        little = magic == 0xD4C3B2A1 || magic == 0x4D3CB2A1;
        boolean nanos = magic == 0xA1B23C4D || magic == 0x4D3CB2A1;
        byte[] header = new byte[20];
        in.readFully(header);
        linkType = int32(header, 16, little) & 0xffff;
        byte[] record = new byte[16];
        while (true) {
            in.readFully(record);
            int length = int32(record, 8, little);
            if (length < 0 || length > BLOCK_BYTES_MAX) {
                return;
            }
            double millis = (int32(record, 0, little) & 0xffffffffL) * 1_000.0
                    + (int32(record, 4, little) & 0xffffffffL) / (nanos ? 1e6 : 1e3);
            packet(bytes(in, length), millis);
        }
    }

    /// The first section's type has been read.
    private void blocks(DataInputStream in) throws IOException {
        int type = SECTION;
        byte[] head = new byte[4];
        while (true) {
            in.readFully(head);
            int length;
            if (type == SECTION) {
                byte[] order = new byte[4];
                in.readFully(order);
                little = int32(order, 0, false) != BYTE_ORDER;
                length = int32(head, 0, little) - 16;
            } else {
                length = int32(head, 0, little) - 12;
            }
            if (length < 0 || length > BLOCK_BYTES_MAX) {
                return;
            }
            block(type, bytes(in, length));
            in.readFully(head);
            in.readFully(head);
            type = int32(head, 0, little);
        }
    }

    private void block(int type, byte[] body) {
        if (type == 1 && body.length >= 2) {
            linkType = int16(body, 0, little);
        } else if (type == 6 && body.length >= 20) {
            long micros = (int32(body, 4, little) & 0xffffffffL) << 32 | int32(body, 8, little) & 0xffffffffL;
            int length = Math.min(Math.max(0, int32(body, 12, little)), body.length - 20);
            byte[] packet = new byte[length];
            System.arraycopy(body, 20, packet, 0, length);
            packet(packet, micros / 1e3);
        } else if (type == 3 && body.length > 4) {
            byte[] packet = new byte[body.length - 4];
            System.arraycopy(body, 4, packet, 0, packet.length);
            packet(packet, -1);
        }
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        byte[] kept = new byte[Math.min(length, PACKET_BYTES_MAX)];
        in.readFully(kept);
        in.skipNBytes(length - kept.length);
        return kept;
    }

    private void packet(byte[] p, double millis) {
        packets++;
        ledger.countedUnread();
        int at = switch (linkType) {
            case 1 -> ethernet(p);
            case 0 -> 4;
            case 12, 14, 101, 228, 229 -> 0;
            case 113 -> 16;
            case 276 -> 20;
            default -> -1;
        };
        if (at < 0 || at + 20 > p.length) {
            return;
        }
        int version = (p[at] & 0xf0) >> 4;
        if (version == 4 && (p[at + 9] & 0xff) == 6) {
            int end = Math.min(p.length, at + int16(p, at + 2, false));
            tcp(p, at + (p[at] & 0x0f) * 4, end, address(p, at + 12, 4), address(p, at + 16, 4), millis);
        } else if (version == 6 && at + 40 <= p.length && (p[at + 6] & 0xff) == 6) {
            int end = Math.min(p.length, at + 40 + int16(p, at + 4, false));
            tcp(p, at + 40, end, address(p, at + 8, 16), address(p, at + 24, 16), millis);
        }
    }

    private static int ethernet(byte[] p) {
        int at = 12;
        while (at + 2 <= p.length) {
            int type = int16(p, at, false);
            if (type == 0x8100 || type == 0x88a8) {
                at += 4;
            } else {
                return type == 0x0800 || type == 0x86dd ? at + 2 : -1;
            }
        }
        return -1;
    }

    private void tcp(byte[] p, int at, int end, String from, String to, double millis) {
        if (at + 20 > end) {
            return;
        }
        int fromPort = int16(p, at, false);
        int toPort = int16(p, at + 2, false);
        int data = at + ((p[at + 12] & 0xf0) >> 4) * 4;
        int flags = p[at + 13] & 0xff;
        if (data < at + 20 || data > end) {
            return;
        }
        String there = from + '|' + fromPort + '|' + to + '|' + toPort;
        String back = to + '|' + toPort + '|' + from + '|' + fromPort;
        boolean forward = flows.containsKey(there);
        Flow flow = forward ? flows.get(there) : flows.get(back);
        if (flow == null) {
            // Whoever sends SYN is the client; when the capture began later, whoever has the higher port.
            forward = (flags & Flow.SYN) != 0 ? (flags & Flow.ACK) == 0 : fromPort >= toPort;
            flow = forward ? new Flow(file, to, toPort, ledger, room) : new Flow(file, from, fromPort, ledger, room);
            flows.put(forward ? there : back, flow);
            if (flows.size() > FLOWS_MAX) {
                var oldest = flows.entrySet().iterator();
                oldest.next().getValue().over();
                oldest.remove();
            }
        }
        flow.segment(packets, millis, forward, flags, int32(p, at + 4, false), p, data, end);
    }

    private static String address(byte[] p, int at, int length) {
        var words = new StringBuilder();
        for (int i = 0; i < length; i += length == 4 ? 1 : 2) {
            words.append(i == 0 ? "" : length == 4 ? "." : ":")
                    .append(length == 4
                            ? Integer.toString(p[at + i] & 0xff)
                            : Integer.toHexString(int16(p, at + i, false)));
        }
        return words.toString();
    }

    static int int16(byte[] p, int at, boolean little) {
        return little ? p[at] & 0xff | (p[at + 1] & 0xff) << 8 : (p[at] & 0xff) << 8 | p[at + 1] & 0xff;
    }

    private static int int32(byte[] p, int at, boolean little) {
        return little
                ? int16(p, at, true) | int16(p, at + 2, true) << 16
                : int16(p, at, false) << 16 | int16(p, at + 2, false);
    }
}
