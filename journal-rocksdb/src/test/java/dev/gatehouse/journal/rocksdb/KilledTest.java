package dev.gatehouse.journal.rocksdb;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.broker.journal.KeyValues.Part;

import static org.assertj.core.api.Assertions.assertThat;

class KilledTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 20);

    @TempDir
    Path data;

    private final Random random = new Random(Long.getLong("seed", 1));

    @Test
    void what_a_killed_process_has_committed_is_there_in_whole_batches_and_in_order() throws Exception {
        int next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Sync sync = round % 2 == 0 ? Sync.ALWAYS : Sync.EVERY_SECOND; // a kill takes nothing from either
            int said = killed(next, sync);
            int last = last();
            assertThat(last).as("round %d", round).isBetween(said, said + 1);
            next = last + 1;
        }
        assertThat(next).isGreaterThan(ROUNDS);
    }

    /// Runs a process from batch `first` on and kills it; the number that it said last.
    private int killed(int first, Sync sync) throws IOException, InterruptedException {
        int kill = first + random.nextInt(400);
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                classes, WritesUntilKilled.class.getName(), data.toString(), Integer.toString(first), sync.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int said = first - 1;
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said = Integer.parseInt(line);
                if (said == kill) {
                    process.toHandle().destroyForcibly(); // leaves what it said to be read
                }
            }
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        assertThat(said).as("batches before the kill").isGreaterThanOrEqualTo(kill);
        return said;
    }

    /// The number of the last batch that is there, after checking that all of the batches are whole.
    private int last() {
        try (RocksStore store = RocksStore.open(data)) {
            RocksJournal journal = store.journal(Sync.ALWAYS);
            byte[] cursor = journal.get(Part.CURSORS, new byte[]{1});
            assertThat(cursor).isNotNull();
            int last = ByteBuffer.wrap(cursor).getInt();
            List<Long> wanted = new ArrayList<>();
            for (int number = Math.max(0, last - WritesUntilKilled.KEPT + 1); number <= last; number++) {
                for (int i = 0; i < WritesUntilKilled.entries(number); i++) {
                    wanted.add(ByteBuffer.wrap(WritesUntilKilled.key(number, i)).getLong());
                }
            }
            List<Long> found = new ArrayList<>();
            journal.scan(Part.QUEUES, WritesUntilKilled.key(0, 0), WritesUntilKilled.key(Integer.MAX_VALUE, 0),
                    (key, value) -> {
                        byte[] right = new byte[200];
                        new Random(ByteBuffer.wrap(key).getInt(4)).nextBytes(right);
                        assertThat(value).isEqualTo(right);
                        return found.add(ByteBuffer.wrap(key).getLong());
                    });
            assertThat(found).isEqualTo(wanted);
            return last;
        }
    }
}
