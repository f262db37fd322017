package dev.gatehouse.journal.rocksdb;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RocksStoreTest {
    @TempDir
    Path data;

    @Test
    void what_was_put_is_there_after_closing_and_opening() {
        try (RocksStore store = RocksStore.open(data)) {
            store.registry().put("tenant/acme", bytes("one"));
        }
        try (RocksStore store = RocksStore.open(data)) {
            assertThat(store.registry().get("tenant/acme")).hasValue(bytes("one"));
        }
    }

    @Test
    void the_data_folder_is_made_for_its_owner_only() throws IOException {
        Path fresh = data.resolve("a/b");
        RocksStore.open(fresh).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh))).isEqualTo("rwx------");
    }

    @Test
    void a_second_process_is_refused_and_told_who_holds_the_folder_until_that_one_ends() throws Exception {
        Process other = otherProcess();
        try (BufferedReader out = other.inputReader()) {
            assertThat(out.readLine()).isEqualTo("held");
            StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data));
            assertThat(fault.kind()).isEqualTo(StoreFault.Kind.IN_USE);
            assertThat(fault).hasMessageContaining("process " + other.pid()).hasMessageContaining("--data")
                    .hasMessageContaining(data.toString());
            other.getOutputStream().close();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
            RocksStore.open(data).close();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void a_killed_process_leaves_the_folder_free_and_what_it_was_told_is_safe() throws Exception {
        Process other = otherProcess();
        try (BufferedReader out = other.inputReader()) {
            assertThat(out.readLine()).isEqualTo("held");
            other.destroyForcibly().waitFor();
            try (RocksStore store = RocksStore.open(data)) {
                assertThat(store.registry().get("tenant/acme")).hasValue(bytes("written by another process"));
            }
        }
    }

    @Test
    void opening_twice_in_one_process_is_refused_too() {
        try (RocksStore store = RocksStore.open(data)) {
            assertThatThrownBy(() -> RocksStore.open(data)).isInstanceOf(StoreFault.class)
                    .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
            store.registry().put("still", bytes("open"));
        }
    }

    @Test
    void a_damaged_store_is_named_as_such_and_kept() throws IOException {
        RocksStore.open(data).close();
        Path current = data.resolve("store/CURRENT");
        Files.writeString(current, "nonsense");
        StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data));
        assertThat(fault.kind()).isEqualTo(StoreFault.Kind.CORRUPTED);
        assertThat(fault).hasMessageContaining("restore it from a backup");
        assertThat(current).hasContent("nonsense");
    }

    @Test
    void a_store_that_lost_its_head_is_not_silently_begun_anew() throws Exception {
        try (RocksStore store = RocksStore.open(data)) {
            store.registry().put("tenant/acme", bytes("one"));
            store.guarded(db -> {
                try (var flush = new org.rocksdb.FlushOptions()) {
                    db.flush(flush, store.part(Format.REGISTRY));
                }
                return true;
            });
        }
        Files.delete(data.resolve("store/CURRENT"));
        StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data));
        assertThat(fault.kind()).isEqualTo(StoreFault.Kind.CORRUPTED);
        try (var files = Files.list(data.resolve("store"))) {
            assertThat(files.map(Path::toString)).anyMatch(name -> name.endsWith(".sst"));
        }
    }

    @Test
    void a_data_folder_that_is_a_file_is_refused_with_what_to_do() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "");
        StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(file.resolve("in")));
        assertThat(fault.kind()).isEqualTo(StoreFault.Kind.NOT_WRITABLE);
        assertThat(fault).hasMessageContaining("--data");
    }

    @Test
    void after_a_refusal_the_folder_is_free_again() throws IOException {
        RocksStore.open(data).close();
        Path current = data.resolve("store/CURRENT");
        String right = Files.readString(current);
        Files.writeString(current, "nonsense");
        assertThatThrownBy(() -> RocksStore.open(data)).isInstanceOf(StoreFault.class);
        Files.writeString(current, right);
        RocksStore.open(data).close();
    }

    @Test
    void what_rocksdb_reports_becomes_a_kind_and_a_sentence() {
        record Case(Status.Code code, Status.SubCode sub, String text, StoreFault.Kind kind) {}
        for (Case each : List.of(
                new Case(Status.Code.IOError, Status.SubCode.NoSpace, "write", StoreFault.Kind.DISK_FULL),
                new Case(Status.Code.IOError, Status.SubCode.None, "No space left on device",
                        StoreFault.Kind.DISK_FULL),
                new Case(Status.Code.IOError, Status.SubCode.None, "Disk quota exceeded", StoreFault.Kind.DISK_FULL),
                new Case(Status.Code.Corruption, Status.SubCode.None, "bad block", StoreFault.Kind.CORRUPTED),
                new Case(Status.Code.IOError, Status.SubCode.None, "While open: Permission denied",
                        StoreFault.Kind.NOT_WRITABLE),
                new Case(Status.Code.IOError, Status.SubCode.None, "While lock file: LOCK", StoreFault.Kind.IN_USE),
                new Case(Status.Code.IOError, Status.SubCode.None, "Input/output error", StoreFault.Kind.IO))) {
            StoreFault fault = StoreFault
                    .of(new RocksDBException(each.text, new Status(each.code, each.sub, each.text)), data);
            assertThat(fault.kind()).as(each.text).isEqualTo(each.kind);
            assertThat(fault).hasMessageContaining(data.toString()).hasMessageEndingWith(".");
        }
    }

    @Test
    void a_call_after_closing_is_a_bug_that_is_named_not_a_crash() {
        RocksStore store = RocksStore.open(data);
        store.close();
        store.close();
        assertThatThrownBy(() -> store.registry().get("x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_native_library_is_unpacked_into_the_data_folder_once() throws IOException {
        NativeLibrary.load(data);
        try (var files = Files.walk(data.resolve("native"))) {
            List<Path> libraries = files.filter(Files::isRegularFile).toList();
            assertThat(libraries).hasSize(1);
            var written = Files.getLastModifiedTime(libraries.getFirst());
            NativeLibrary.load(data);
            assertThat(Files.getLastModifiedTime(libraries.getFirst())).isEqualTo(written);
        }
    }

    private Process otherProcess() throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", classes, HoldsTheFolder.class.getName(), data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
