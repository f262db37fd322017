package dev.gatehouse.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class FormatTest {
    private static final AttemptLine LINE = new AttemptLine("acme", "000000000001", "000000000001", List.of(), "body");

    @TempDir
    Path data;

    @Test
    void a_new_store_has_the_current_format() throws RocksDBException {
        RocksStore.open(data).close();
        assertThat(formatOnDisk()).isEqualTo("2");
    }

    @Test
    void a_store_of_format_1_is_brought_up_to_date_and_keeps_what_it_has() throws RocksDBException {
        writeFormat1(List.of());
        try (RocksStore store = RocksStore.open(data)) {
            assertThat(store.registry().get("tenant/acme")).hasValue(bytes("one"));
            assertThat(store.attempts().newest("acme", 10, null)).containsExactly(LINE);
            try (Batch batch = store.journal(Sync.ALWAYS).batch()) {
                for (Part part : Part.values()) {
                    batch.put(part, bytes("key"), bytes("value"));
                }
                batch.commit();
            }
        }
        assertThat(formatOnDisk()).isEqualTo("2");
        try (RocksStore store = RocksStore.open(data)) {
            assertThat(store.registry().get("tenant/acme")).hasValue(bytes("one"));
            assertThat(store.journal(Sync.ALWAYS).get(Part.RELEASES, bytes("key"))).isEqualTo(bytes("value"));
        }
    }

    @Test
    void an_upgrade_that_was_cut_short_is_done_again() throws RocksDBException {
        writeFormat1(List.of("sessions", "wills"));
        try (RocksStore store = RocksStore.open(data)) {
            assertThat(store.registry().get("tenant/acme")).hasValue(bytes("one"));
            assertThat(store.journal(Sync.ALWAYS).get(Part.QUEUES, bytes("key"))).isNull();
        }
        assertThat(formatOnDisk()).isEqualTo("2");
    }

    @Test
    void a_newer_format_is_refused_and_left_as_it_is() throws RocksDBException {
        RocksStore.open(data).close();
        setFormat("7");
        for (int time = 0; time < 2; time++) {
            StoreFault fault = catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data));
            assertThat(fault.kind()).isEqualTo(StoreFault.Kind.NEWER_FORMAT);
            assertThat(fault).hasMessageContaining("has format 7; this version knows up to format 2");
        }
        assertThat(formatOnDisk()).isEqualTo("7");
    }

    @Test
    void a_format_that_is_no_number_is_damage() throws RocksDBException {
        RocksStore.open(data).close();
        setFormat("x");
        assertThat(catchThrowableOfType(StoreFault.class, () -> RocksStore.open(data)).kind())
                .isEqualTo(StoreFault.Kind.CORRUPTED);
    }

    @Test
    void the_names_on_the_disk_stay_those_of_format_2() {
        assertThat(Format.journalParts()).containsExactly("sessions", "wills", "subscriptions", "queues", "messages",
                "references", "received", "releases", "cursors", "retained");
    }

    /// What a build that knows format 1 leaves behind, and perhaps the first parts of an upgrade.
    private void writeFormat1(List<String> more) throws RocksDBException {
        RocksStore.open(data.resolve("other")).close(); // loads the native library
        List<String> names = new ArrayList<>(List.of("default", "meta", "registry", "attempts"));
        names.addAll(more);
        List<ColumnFamilyHandle> parts = new ArrayList<>();
        try (DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                WriteOptions synced = new WriteOptions().setSync(true);
                WriteBatch batch = new WriteBatch();
                RocksDB db = RocksDB.open(options, data.resolve("store").toString(),
                        names.stream().map(name -> new ColumnFamilyDescriptor(bytes(name))).toList(), parts)) {
            batch.put(parts.get(1), bytes("format"), bytes("1"));
            batch.put(parts.get(2), bytes("tenant/acme"), bytes("one"));
            batch.put(parts.get(3), bytes("B000000000001"), LINE.toValue());
            batch.put(parts.get(3), bytes("Oacme\0000000000001"), bytes("000000000001"));
            batch.put(parts.get(3), bytes("G000000000001"), bytes("000000000001"));
            db.write(synced, batch);
            parts.forEach(ColumnFamilyHandle::close);
        }
    }

    private void setFormat(String format) {
        try (RocksStore store = RocksStore.open(data)) {
            store.write(true, batch -> batch.put(store.part(Format.META), Format.KEY, bytes(format)));
        }
    }

    private String formatOnDisk() throws RocksDBException {
        String folder = data.resolve("store").toString();
        List<ColumnFamilyHandle> parts = new ArrayList<>();
        try (Options any = new Options(); DBOptions options = new DBOptions()) {
            List<ColumnFamilyDescriptor> all = RocksDB.listColumnFamilies(any, folder).stream()
                    .map(ColumnFamilyDescriptor::new).toList();
            try (RocksDB db = RocksDB.openReadOnly(options, folder, all, parts)) {
                for (int i = 0; i < all.size(); i++) {
                    if (new String(all.get(i).getName(), StandardCharsets.UTF_8).equals("meta")) {
                        return new String(db.get(parts.get(i), bytes("format")), StandardCharsets.UTF_8);
                    }
                }
                throw new AssertionError("no part meta");
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
