package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A file system of 80 MB that is really full.
class DiskFullTest {
    private static final int VALUE_BYTES = 20_000;

    @TempDir
    Path mount;

    private boolean mounted;
    private int acknowledged;

    @BeforeAll
    static void load(@TempDir Path other) {
        RocksStore.open(other).close(); // or the native library is mapped from what is to be unmounted
    }

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=80m", "gatehouse-test", mount.toString());
        assumeTrue(mounted, "this user cannot mount a file system of a known size");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", mount.toString())).isTrue();
        }
    }

    @Test
    void a_commit_on_a_full_disk_is_refused_reads_go_on_and_once_there_is_room_writes_do() throws Exception {
        Path ballast = mount.resolve("ballast");
        try (RocksStore store = RocksStore.open(mount)) {
            RocksJournal journal = store.journal(Sync.ALWAYS);
            for (int i = 0; i < 20; i++) {
                assertThat(refused(journal)).isNull();
            }
            fill(ballast);
            StoreFault fault = null;
            for (int i = 0; i < 2_000 && fault == null; i++) {
                fault = refused(journal); // what the log has set aside is used up first
            }
            assertThat(fault).hasMessageContaining("No space is left").hasMessageContaining("Free some space");
            assertThat(fault).extracting(StoreFault::kind).isEqualTo(StoreFault.Kind.DISK_FULL);
            assertAcknowledged(store);

            Files.delete(ballast);
            // RocksDB looks for room every 5 seconds, and there is nobody who could tell it earlier
            long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (refused(journal) != null) {
                assertThat(System.nanoTime()).as("goes on by itself").isLessThan(until);
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            assertAcknowledged(store);
        }
        try (RocksStore store = RocksStore.open(mount)) {
            assertAcknowledged(store);
        }
    }

    @Test
    void a_store_on_a_full_disk_opens_or_says_what_to_do_and_keeps_what_was_acknowledged() throws Exception {
        Path ballast = mount.resolve("ballast");
        try (RocksStore store = RocksStore.open(mount)) {
            RocksJournal journal = store.journal(Sync.ALWAYS);
            for (int i = 0; i < 300; i++) {
                assertThat(refused(journal)).isNull();
            }
        }
        fill(ballast);
        StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(mount).close());
        assertThat(fault.kind()).isEqualTo(StoreFault.Kind.DISK_FULL);
        assertThat(fault).hasMessageContaining("Free some space");
        Files.delete(ballast);
        try (RocksStore store = RocksStore.open(mount)) {
            assertAcknowledged(store);
        }
    }

    /// Commits the next batch.
    private @Nullable StoreFault refused(RocksJournal journal) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(acknowledged).nextBytes(value);
        try (Batch batch = journal.batch()) {
            batch.put(Part.QUEUES, key(acknowledged), value);
            batch.put(Part.REFERENCES, key(acknowledged), new byte[]{1});
            batch.commit();
            acknowledged++;
            return null;
        } catch (StoreFault fault) {
            return fault;
        }
    }

    /// Every acknowledged batch is there, and nothing of one that was refused.
    private void assertAcknowledged(RocksStore store) {
        RocksJournal journal = store.journal(Sync.ALWAYS);
        for (int i = 0; i < acknowledged; i++) {
            byte[] value = new byte[VALUE_BYTES];
            new Random(i).nextBytes(value);
            assertThat(journal.get(Part.QUEUES, key(i))).isEqualTo(value);
            assertThat(journal.get(Part.REFERENCES, key(i))).isEqualTo(new byte[]{1});
        }
        assertThat(journal.get(Part.QUEUES, key(acknowledged))).isNull();
        assertThat(journal.get(Part.REFERENCES, key(acknowledged))).isNull();
    }

    private static void fill(Path ballast) throws IOException {
        byte[] page = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (int pages = 0; pages < 80 * 256; pages++) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
            return;
        }
        throw new AssertionError("the file system is larger than it was made");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException notThere) {
            return false;
        }
        return process.waitFor() == 0;
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }
}
