package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/// What is left of real files: cut, zeroed, with bytes changed.
class DamageTest {
    private static final int BATCHES = 40;

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    /// Size of the log after each batch.
    private final List<Integer> ends = new ArrayList<>();

    @Test
    void a_log_that_is_cut_off_inside_the_last_batch_loses_that_batch_as_a_whole_and_nothing_else() throws IOException {
        Path data = written(300);
        int start = ends.get(BATCHES - 2);
        int end = ends.getLast();
        for (int cut : new TreeSet<>(List.of(start, start + 1, start + 6, start + 7, start + 20, end - 300, end - 1))) {
            Path copy = copy(data);
            resize(log(copy), cut);
            assertBatches(copy, BATCHES - 1);
        }
    }

    @Test
    void so_does_one_that_is_cut_off_inside_a_batch_of_many_blocks() throws IOException {
        Path data = written(60_000);
        int start = ends.get(BATCHES - 2);
        int block = start - start % 32_768 + 32_768;
        for (int cut : List.of(block, block + 1, block + 7, block + 9_000, ends.getLast() - 1)) {
            Path copy = copy(data);
            resize(log(copy), cut);
            assertBatches(copy, BATCHES - 1);
        }
    }

    @Test
    void zeros_after_the_last_batch_lose_nothing() throws IOException {
        Path data = written(300);
        for (int zeros : List.of(1, 7, 512, 40_000, 200_000)) {
            Path copy = copy(data);
            resize(log(copy), ends.getLast() + zeros);
            assertBatches(copy, BATCHES);
        }
    }

    @Test
    void sectors_of_the_last_batch_that_were_never_written_lose_that_batch_only() throws IOException {
        for (int valueBytes : List.of(3_000, 60_000)) {
            Path data = written(valueBytes);
            int start = ends.get(BATCHES - 2);
            int sector = start - start % 512 + 512;
            for (int zeros = sector; zeros < ends.getLast() - 512; zeros += valueBytes / 3 / 512 * 512) {
                Path rest = copy(data);

                resize(log(rest), zeros);
                resize(log(rest), ends.getLast() + 4_096);
                assertBatches(rest, BATCHES - 1);
                Path hole = copy(data);
                zero(log(hole), zeros, 512);
                assertBatches(hole, BATCHES - 1);
            }
            Path all = copy(data);
            resize(log(all), start);
            resize(log(all), ends.getLast());
            assertBatches(all, BATCHES - 1);
        }
    }

    @Test
    void a_changed_byte_anywhere_in_the_log_is_damage_that_is_named_and_left_as_it_is() throws IOException {
        Path data = written(300);
        for (int batch : List.of(0, 1, BATCHES / 2, BATCHES - 2, BATCHES - 1)) {
            int start = batch == 0 ? 0 : ends.get(batch - 1);
            for (int at : List.of(start, start + 4, start + 5, start + 6, start + 7, ends.get(batch) - 1)) {
                Path copy = copy(data);
                flip(log(copy), at);
                assertDamaged(copy, log(copy).getFileName() + " at byte");
            }
        }
    }

    @Test
    void a_changed_byte_in_a_log_of_many_blocks_is_damage_too() throws IOException {
        Path data = written(50_000);
        for (int time = 0; time < 20; time++) {
            Path copy = copy(data);
            flip(log(copy), random.nextInt(ends.getLast()));
            assertDamaged(copy, "at byte");
        }
    }

    @Test
    void zeros_in_the_middle_of_the_log_are_damage_and_not_passed_over() throws IOException {
        Path data = written(3_000);
        for (int from : List.of(ends.getFirst(), 32_768, 32_768 + 512, ends.get(BATCHES - 6))) {
            Path copy = copy(data);
            zero(log(copy), from, 4_096);
            assertDamaged(copy, "at byte");
        }
    }

    @Test
    void a_table_file_with_a_changed_byte_is_an_error_of_whoever_reads_it_not_a_missing_message() throws IOException {
        Path data = flushed();
        try (var tables = Files.newDirectoryStream(data.resolve("store"), "*.sst")) {
            for (Path table : tables) {
                Path copy = copy(data);
                Path file = copy.resolve("store").resolve(table.getFileName());
                int size = (int) Files.size(file);
                if (size > 20_000) { // the one with the messages
                    flip(file, size / 3);
                    assertThatThrownBy(() -> assertBatches(copy, BATCHES)).isInstanceOfSatisfying(StoreFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(StoreFault.Kind.CORRUPTED));
                }
                Files.delete(file);
                assertDamaged(copy, table.getFileName().toString());
            }
        }
    }

    @Test
    void a_manifest_with_a_changed_byte_is_damage() throws IOException {
        Path data = flushed();
        for (int percent : List.of(0, 10, 50, 90)) {
            Path copy = copy(data);
            try (var manifests = Files.newDirectoryStream(copy.resolve("store"), "MANIFEST-*")) {
                Path manifest = manifests.iterator().next();
                flip(manifest, (int) Files.size(manifest) * percent / 100);
            }
            assertDamaged(copy, "restore it from a backup");
        }
    }

    /// A store with batches that are in the log only; what is committed in batch `i` is key `i` of two parts.
    private Path written(int valueBytes) throws IOException {
        Path data = folder.resolve("written-" + valueBytes);
        ends.clear();
        RocksStore.open(data).close();
        try (RocksStore store = RocksStore.open(data)) {
            Path log = null;
            for (int i = 0; i < BATCHES; i++) {
                commit(store, i, valueBytes);
                log = log == null ? log(data) : log;
                ends.add((int) Files.size(log));
            }
        }
        assertThat(contentOfLogs(data)).as("one log").hasSize(ends.getLast());
        return data;
    }

    private Path flushed() throws IOException {
        Path data = written(3_000);
        try (RocksStore store = RocksStore.open(data)) {
            store.guarded(db -> {
                try (FlushOptions waiting = new FlushOptions()) {
                    for (String part : Format.journalParts()) {
                        db.flush(waiting, store.part(part));
                    }
                }
                return true;
            });
        }
        return data;
    }

    private void commit(RocksStore store, int number, int valueBytes) {
        byte[] value = new byte[valueBytes];
        random.nextBytes(value);
        value[valueBytes - 1] = 1;
        try (Batch batch = store.journal(Sync.ALWAYS).batch()) {
            batch.put(Part.QUEUES, key(number), value);
            batch.put(Part.REFERENCES, key(number), new byte[]{1});
            batch.commit();
        }
    }

    /// Opens it, finds the first `count` batches and no other, and can write the next.
    private void assertBatches(Path data, int count) {
        try (RocksStore store = RocksStore.open(data)) {
            for (Part part : List.of(Part.QUEUES, Part.REFERENCES)) {
                List<Integer> found = new ArrayList<>();
                store.journal(Sync.ALWAYS).scan(part, key(0), key(1_000),
                        (key, _) -> found.add(ByteBuffer.wrap(key).getInt()));
                assertThat(found).hasSize(count).isSorted();
                assertThat(found.getLast()).isEqualTo(count - 1);
            }
            commit(store, count, 100);
        }
        try (RocksStore store = RocksStore.open(data)) {
            assertThat(store.journal(Sync.ALWAYS).get(Part.QUEUES, key(count))).hasSize(100);
        }
    }

    private static void assertDamaged(Path data, String detail) throws IOException {
        byte[] before = contentOfLogs(data);
        for (int time = 0; time < 2; time++) {
            StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data).close());
            assertThat(fault).as("damage was accepted").isNotNull();
            assertThat(fault.kind()).as(fault.toString()).isEqualTo(StoreFault.Kind.CORRUPTED);
            assertThat(fault).hasMessageContaining(detail).hasMessageContaining("restore it from a backup");
        }
        assertThat(contentOfLogs(data)).isEqualTo(before);
    }

    private static byte[] contentOfLogs(Path data) throws IOException {
        try (var logs = Files.newDirectoryStream(data.resolve("store"), "*.log")) {
            byte[] all = new byte[0];
            for (Path log : logs) {
                all = ByteBuffer.allocate(all.length + (int) Files.size(log)).put(all).put(Files.readAllBytes(log))
                        .array();
            }
            return all;
        }
    }

    private Path copy(Path data) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Files.createDirectories(copy.resolve("store"));
        try (var files = Files.newDirectoryStream(data.resolve("store"))) {
            for (Path file : files) {
                Files.copy(file, copy.resolve("store").resolve(file.getFileName()));
            }
        }
        Path natives = data.resolve("native");
        if (Files.exists(natives)) {
            Files.createSymbolicLink(copy.resolve("native"), natives);
        }
        return copy;
    }

    /// The one log that has anything.
    private static Path log(Path data) throws IOException {
        try (var logs = Files.newDirectoryStream(data.resolve("store"), "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > 0) {
                    return log;
                }
            }
        }
        throw new AssertionError("no log with anything in it");
    }

    private static void resize(Path file, int bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(bytes);
        }
    }

    private static void zero(Path file, int from, int bytes) throws IOException {
        try (var out = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            out.position(from).write(ByteBuffer.allocate(bytes));
        }
    }

    private static void flip(Path file, int at) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            int was = out.read();
            out.seek(at);
            out.write(was ^ 0x55);
        }
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }
}
