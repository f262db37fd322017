package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How long opening takes, by hand: `main` with a folder; run it twice, as a process loads the library only once.
final class RocksStoreOpening {
    private RocksStoreOpening() {}

    public static void main(String[] args) throws IOException {
        Path data = Path.of(args[0]);
        boolean filled = Files.exists(data.resolve("store"));
        long start = System.nanoTime();
        RocksStore store = RocksStore.open(data);
        System.out.printf(Locale.ROOT, "%s: opened in %.1f ms%n", filled ? "filled" : "empty",
                (System.nanoTime() - start) / 1e6);
        if (args.length > 1) {
            fill(store, Integer.parseInt(args[1]));
        }
        start = System.nanoTime();
        int read = store.attempts().newest(null, 1_000, null).size();
        System.out.printf(Locale.ROOT, "newest %d lines in %.1f ms%n", read, (System.nanoTime() - start) / 1e6);
        start = System.nanoTime();
        store.close();
        System.out.printf(Locale.ROOT, "closed in %.1f ms%n", (System.nanoTime() - start) / 1e6);
    }

    private static void fill(RocksStore store, int lines) {
        long start = System.nanoTime();
        List<AttemptLine> batch = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            String id = String.format(Locale.ROOT, "%012d", i);
            batch.add(new AttemptLine("tenant-" + i % 100, id, id, List.of(), "{\"fact\":\"a fact\"}".repeat(100)));
            if (batch.size() == 100) {
                store.attempts().append(batch);
                batch.clear();
            }
        }
        System.out.printf(Locale.ROOT, "wrote %d lines in %.1f ms%n", lines, (System.nanoTime() - start) / 1e6);
    }
}
