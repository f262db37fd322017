package dev.gatehouse.journal.rocksdb;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

/// A process for [KilledTest]: commits batch after batch and says the number of each when its commit has returned.
///
/// Batch `n` puts `entries(n)` entries `(n, i)` into [Part#QUEUES] and its number into [Part#CURSORS], and removes the
/// entries of batch `n - 20`.
final class WritesUntilKilled {
    static final int KEPT = 20;

    private WritesUntilKilled() {}

    /// @param args data folder, first number, name of a [Sync]
    public static void main(String[] args) {
        RocksStore store = RocksStore.open(Path.of(args[0]));
        RocksJournal journal = store.journal(Sync.valueOf(args[2]));
        for (int number = Integer.parseInt(args[1]);; number++) {
            try (Batch batch = journal.batch()) {
                byte[] value = new byte[200];
                for (int i = 0; i < entries(number); i++) {
                    new Random(i).nextBytes(value);
                    batch.put(Part.QUEUES, key(number, i), value);
                }
                for (int i = 0; number >= KEPT && i < entries(number - KEPT); i++) {
                    batch.deleteOnce(Part.QUEUES, key(number - KEPT, i));
                }
                batch.put(Part.CURSORS, new byte[]{1}, key(number, entries(number)));
                batch.commit();
            }
            System.out.println(number);
        }
    }

    /// Mostly few, now and then more than a block of the log.
    static int entries(int number) {
        return number % 50 == 49 ? 700 : 1 + number % 7;
    }

    static byte[] key(int number, int entry) {
        return ByteBuffer.allocate(8).putInt(number).putInt(entry).array();
    }
}
