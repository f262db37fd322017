package dev.gatehouse.tls;

import java.util.stream.LongStream;

/// The seeds of a property test: 0 to 199, or the one given with `-Dseed=N`.
final class Seeds {
    private Seeds() {}

    static LongStream seeds() {
        Long only = Long.getLong("seed");
        return only == null ? LongStream.range(0, 200) : LongStream.of(only);
    }
}
