package dev.gatehouse.doctor.explain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Bytes that one dump of a log shows, put together from its lines.
///
/// @param hex two digits for each byte
/// @param lines for every 16 bytes or fewer: where they stand
/// @param tag the part of the program that dumped them; empty when the dump does not say
record Chunk(String hex, List<Piece> lines, String tag) {
    /// @param from 0-based index of the first byte that the line holds
    record Piece(int from, Line line) {}

    Chunk {
        lines = List.copyOf(lines);
    }

    /// The dumps of a log, in the order in which they began. Lines of one dump may have others between them.
    static List<Chunk> of(List<Observation> all) {
        var chunks = new ArrayList<Building>();
        Map<String, Building> open = new HashMap<>();
        for (Observation one : all) {
            if (one instanceof Observation.Dump dump) {
                Building last = open.get(dump.tag());
                if (last == null || last.next != dump.offset()) {
                    last = new Building(dump.offset(), dump.tag());
                    chunks.add(last);
                    open.put(dump.tag(), last);
                }
                last.add(dump);
            }
        }
        return chunks.stream().map(building -> new Chunk(building.hex.toString(), building.pieces, building.tag))
                .toList();
    }

    private static final class Building {
        private final StringBuilder hex = new StringBuilder();
        private final List<Piece> pieces = new ArrayList<>();
        private final String tag;
        private long next;

        private Building(long offset, String tag) {
            next = offset;
            this.tag = tag;
        }

        private void add(Observation.Dump dump) {
            pieces.add(new Piece(hex.length() / 2, dump.line()));
            hex.append(dump.hex());
            next += dump.hex().length() / 2;
        }
    }

    int length() {
        return hex.length() / 2;
    }

    /// One character for each byte.
    String text() {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    Line lineOf(int index) {
        Line line = lines.getFirst().line();
        for (Piece piece : lines) {
            if (piece.from() <= index) {
                line = piece.line();
            }
        }
        return line;
    }

    /// Begins with a ServerHello, the first that a server sends.
    boolean isServerHello() {
        return hex.matches("160303.{4}02.*");
    }

    /// Begins with a CONNECT (MQTT §3.1).
    boolean isConnect() {
        return hex.matches("10(?:..){1,4}(?:00044d515454|00064d5149736470).*");
    }

    /// Begins with the header of a TLS record.
    boolean beginsWithRecord() {
        return hex.matches("1[4-7]030[0-4].{4}.*");
    }
}
