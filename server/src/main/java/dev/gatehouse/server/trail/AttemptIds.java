package dev.gatehouse.server.trail;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Names for attempts: 12 characters of Crockford's base 32, in the order in which they were given.
///
/// - **Shape:** 46 bits of time in units of 64 microseconds, then 14 bits of chance; 60 bits in all, until the year 2112.
/// - **Unique:** each is above the one before, and the first is above `newestBefore`: also after a restart with a clock
///   that was set back, and when two come in the same unit.
/// - **Thread:** any.
public final class AttemptIds {
    /// Characters of an id.
    public static final int LENGTH = 12;

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int UNIT_BITS = 6;
    private static final int CHANCE_BITS = 14;
    private static final long ALL = (1L << 60) - 1;

    private final LongSupplier clockMicros;
    private final RandomGenerator random;
    private long last;

    /// @param clockMicros microseconds since 1970-01-01T00:00:00Z
    /// @param newestBefore the newest id that an earlier run is known to have given, or empty
    public AttemptIds(LongSupplier clockMicros, RandomGenerator random, String newestBefore) {
        this.clockMicros = clockMicros;
        this.random = random;
        this.last = number(newestBefore).orElse(0);
    }

    /// The next id.
    public synchronized String next() {
        long now = floor(clockMicros.getAsLong()) | random.nextInt(1 << CHANCE_BITS);
        last = Math.max(last + 1, now);
        return text(last);
    }

    /// The lowest id that an attempt of this time can have: whatever is below is older.
    public static String lowestAt(long micros) {
        return text(floor(Math.max(0, micros)));
    }

    /// The id as it is stored, from what a person typed: small letters, `O` for `0`, `I` and `L` for `1` will do.
    ///
    /// @return empty when it cannot be an id
    public static String normal(String typed) {
        String id = typed.strip().toUpperCase(Locale.ROOT).replace('O', '0').replace('I', '1').replace('L', '1');
        return number(id).isPresent() ? id : "";
    }

    /// The 60 bits of an id; empty when it is none.
    static OptionalLong number(String id) {
        if (id.length() != LENGTH) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = DIGITS.indexOf(id.charAt(i));
            if (digit < 0) {
                return OptionalLong.empty();
            }
            number = number << 5 | digit;
        }
        return OptionalLong.of(number);
    }

    /// The id of 60 bits.
    static String text(long number) {
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (number & 31));
            number >>>= 5;
        }
        return new String(text);
    }

    private static long floor(long micros) {
        return micros >>> UNIT_BITS << CHANCE_BITS & ALL;
    }
}
