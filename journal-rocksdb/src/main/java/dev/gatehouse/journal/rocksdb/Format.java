package dev.gatehouse.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.broker.journal.KeyValues.Part;

/// The format of a store as a whole: which parts it has and what their keys and values look like. A store of an older
/// format is brought up to date step by step when it is opened; one of a newer format is refused, never guessed at.
///
/// | format | what it has |
/// | --- | --- |
/// | 1 | `meta`, `registry`, `attempts` |
/// | 2 | and one part for each [Part] of the journal, named like it in lower case |
///
/// A step can be repeated: the format is written after it, so a process that ends in between does it once more.
final class Format {
    private static final Logger log = LoggerFactory.getLogger(Format.class);

    static final String META = "meta";
    static final String REGISTRY = "registry";
    static final String ATTEMPTS = "attempts";
    static final byte[] KEY = "format".getBytes(StandardCharsets.US_ASCII);

    /// Leads from one format to the next.
    private interface Step {
        void on(Database database) throws RocksDBException;
    }

    /// The first leads from an empty store to format 1. A format once released is never changed, only followed.
    private static final List<Step> STEPS = List.of(
            database -> database.make(List.of(META, REGISTRY, ATTEMPTS)),
            database -> database.make(journalParts()));

    /// What this version writes.
    static final int CURRENT = STEPS.size();

    private Format() {}

    /// @throws StoreFault when the format is a newer one, which leaves the store as it is, or none at all
    static void bringUpToDate(Database database, Path folder) throws RocksDBException {
        int found = read(database, folder);
        if (found > CURRENT) {
            throw new StoreFault(StoreFault.Kind.NEWER_FORMAT,
                    "The store " + folder + " has format " + found + "; this version knows up to format " + CURRENT
                            + ". Run the version that wrote it, or choose another folder with --data.",
                    null);
        }
        for (int format = found; format < CURRENT; format++) {
            STEPS.get(format).on(database);
            write(database, format + 1);
        }
        if (found > 0 && found < CURRENT) {
            log.info("The store {} was of format {} and is of format {} now; earlier versions cannot open it any more.",
                    folder, found, CURRENT);
        }
    }

    static String partName(Part part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    static List<String> journalParts() {
        return Arrays.stream(Part.values()).map(Format::partName).toList();
    }

    private static int read(Database database, Path folder) throws RocksDBException {
        byte[] written = database.has(META) ? database.db().get(database.part(META), KEY) : null;
        if (written == null) {
            return 0;
        }
        String text = new String(written, StandardCharsets.US_ASCII);
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw StoreFault.corrupted(folder, "its format is not a number", null);
        }
        return Integer.parseInt(text);
    }

    private static void write(Database database, int format) throws RocksDBException {
        try (WriteOptions synced = new WriteOptions().setSync(true)) {
            database.db().put(database.part(META), synced, KEY, RocksStore.ascii(Integer.toString(format)));
        }
    }
}
