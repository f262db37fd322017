package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

/// Figures of the journal's store, by hand: `main` with a folder and what to do; `docs/performance.md` has the commands.
final class JournalSpeed {
    private static final int SESSIONS = 1_000;
    private static final int ENTRIES = 1_000_000;
    private static final int VALUE_BYTES = 200;
    private static final int GROUP = 256;

    private final RocksJournal journal;
    private final Random random = new Random(1);

    private JournalSpeed(RocksStore store, Sync sync) {
        journal = store.journal(sync);
    }

    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        try (RocksStore store = RocksStore.open(Path.of(args[0]))) {
            say("opened", start);
            switch (args[1]) {
                case "commits" -> {
                    for (Sync sync : Sync.values()) {
                        for (int records : List.of(1, 64, 1_024)) {
                            new JournalSpeed(store, sync).commits(sync, records);
                        }
                    }
                }
                case "fill" -> new JournalSpeed(store, Sync.ALWAYS).fill();
                case "pages" -> new JournalSpeed(store, Sync.ALWAYS).pages();
                case "drain" -> new JournalSpeed(store, Sync.ALWAYS).drain();
                case "seek" -> new JournalSpeed(store, Sync.ALWAYS).seeks("after opening");
                default -> throw new IllegalArgumentException(args[1]);
            }
            if (args.length > 2) {
                Runtime.getRuntime().halt(9); // as a kill would
            }
            start = System.nanoTime();
        }
        say("closed", start);
    }

    /// Queues of a steady length: every commit puts `records` and removes as many that were put 10 000 before.
    private void commits(Sync sync, int records) {
        byte[] value = new byte[VALUE_BYTES];
        Queue<byte[]> queued = new ArrayDeque<>();
        long number = random.nextLong() & 0xFFFF_FFFF_FFFFL;
        long commits = 0;
        long warm = System.nanoTime() + 2_000_000_000L;
        long from = 0;
        long cpuFrom = 0;
        long until = Long.MAX_VALUE;
        long synced = warm;
        while (System.nanoTime() < until) {
            if (from == 0 && System.nanoTime() > warm) {
                from = System.nanoTime();
                cpuFrom = cpuNanos();
                until = from + 4_000_000_000L;
                commits = 0;
            }
            try (Batch batch = journal.batch()) {
                for (int i = 0; i < records; i++) {
                    random.nextBytes(value);
                    byte[] key = key((int) (number % SESSIONS), number++);
                    batch.put(Part.QUEUES, key, value);
                    queued.add(key);
                    if (queued.size() > 10_000) {
                        batch.deleteOnce(Part.QUEUES, queued.remove());
                    }
                }
                batch.commit();
            }
            if (System.nanoTime() - synced > 1_000_000_000L) {
                journal.sync();
                synced = System.nanoTime();
            }
            commits++;
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        System.out.printf(Locale.ROOT,
                "%s, %d records a commit: %,.0f commits/s, %,.0f records/s, %.1f microseconds of processor each%n",
                sync,
                records, commits / seconds, commits * records / seconds,
                (cpuNanos() - cpuFrom) / 1e3 / (commits * records));
    }

    private void fill() throws IOException {
        long before = residentBytes();
        long start = System.nanoTime();
        byte[] value = new byte[VALUE_BYTES];
        for (int i = 0; i < ENTRIES;) {
            try (Batch batch = journal.batch()) {
                for (int end = i + GROUP; i < Math.min(end, ENTRIES); i++) {
                    random.nextBytes(value);
                    batch.put(Part.QUEUES, key(i % SESSIONS, i / SESSIONS), value);
                }
                batch.commit();
            }
        }
        say("put " + ENTRIES + " entries of " + VALUE_BYTES + " bytes", start);
        System.out.printf(Locale.ROOT, "resident: %d MB before, %d MB after%n", before >> 20, residentBytes() >> 20);
    }

    private void pages() throws IOException {
        long before = residentBytes();
        long start = System.nanoTime();
        int read = 0;
        for (int session = 0; session < SESSIONS; session++) {
            read += page(session, 0);
        }
        say("read the first page of 128 of " + SESSIONS + " sessions, " + read + " entries", start);
        start = System.nanoTime();
        read = 0;
        for (int session = 0; session < SESSIONS; session++) {
            for (int from = 0; from < ENTRIES / SESSIONS; from += 128) {
                read += page(session, from);
            }
        }
        say("read everything in pages of 128, " + read + " entries", start);
        System.out.printf(Locale.ROOT, "resident: %d MB before, %d MB after%n", before >> 20, residentBytes() >> 20);
    }

    /// Removes everything as it would be acknowledged, session after session.
    private void drain() {
        long start = System.nanoTime();
        for (int session = 0; session < SESSIONS; session++) {
            for (int from = 0; from < ENTRIES / SESSIONS; from += GROUP) {
                try (Batch batch = journal.batch()) {
                    for (int i = from; i < Math.min(from + GROUP, ENTRIES / SESSIONS); i++) {
                        batch.deleteOnce(Part.QUEUES, key(session, i));
                    }
                    batch.commit();
                }
            }
        }
        say("removed them all", start);
        seeks("right after it");
    }

    private void seeks(String when) {
        long start = System.nanoTime();
        int found = page(0, 0);
        say("session 0 has " + found + " left, seek " + when, start);
        for (String again : List.of("first", "second")) {
            start = System.nanoTime();
            journal.scan(Part.QUEUES, key(0, 0), key(SESSIONS, 0), (_, _) -> false);
            say("seek over all sessions' queues, " + again + " time, " + when, start);
        }
    }

    private int page(int session, long from) {
        int[] read = {0};
        journal.scan(Part.QUEUES, key(session, from), key(session + 1, 0), (_, _) -> ++read[0] < 128);
        return read[0];
    }

    private static byte[] key(int session, long sequence) {
        return ByteBuffer.allocate(16).putLong(session).putLong(sequence).array();
    }

    /// Of the whole process: flushes and compactions too.
    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static long residentBytes() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new AssertionError("no VmRSS");
    }

    private static void say(String what, long startNanos) {
        System.out.printf(Locale.ROOT, "%s: %,.1f ms%n", what, (System.nanoTime() - startNanos) / 1e6);
    }
}
