package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;

import dev.gatehouse.broker.journal.KeyValues.Batch;
import dev.gatehouse.broker.journal.KeyValues.Part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RocksJournalTest {
    @TempDir
    Path data;

    private RocksStore store;
    private RocksJournal journal;

    @BeforeEach
    void open() {
        store = RocksStore.open(data);
        journal = store.journal(Sync.ALWAYS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void a_batch_is_not_visible_before_its_commit_and_whole_after_it() {
        try (Batch batch = journal.batch()) {
            assertThat(batch.isEmpty()).isTrue();
            for (Part part : Part.values()) {
                batch.put(part, bytes("key"), bytes(part.name()));
            }
            assertThat(batch.isEmpty()).isFalse();
            assertThat(journal.get(Part.SESSIONS, bytes("key"))).isNull();
            batch.commit();
        }
        reopen();
        for (Part part : Part.values()) {
            assertThat(journal.get(part, bytes("key"))).isEqualTo(bytes(part.name()));
        }
    }

    @Test
    void a_batch_that_is_closed_instead_changes_nothing() {
        try (Batch batch = journal.batch()) {
            batch.put(Part.WILLS, bytes("key"), bytes("value"));
        }
        assertThat(journal.get(Part.WILLS, bytes("key"))).isNull();
    }

    @Test
    void what_is_removed_is_gone_also_when_it_lay_in_a_file_already() {
        put(Part.QUEUES, "once", "a");
        put(Part.SESSIONS, "often", "a");
        put(Part.SESSIONS, "often", "b");
        flush();
        try (Batch batch = journal.batch()) {
            batch.deleteOnce(Part.QUEUES, bytes("once"));
            batch.delete(Part.SESSIONS, bytes("often"));
            batch.delete(Part.SESSIONS, bytes("never there"));
            batch.commit();
        }
        flush();
        assertThat(journal.get(Part.QUEUES, bytes("once"))).isNull();
        assertThat(journal.get(Part.SESSIONS, bytes("often"))).isNull();
        put(Part.QUEUES, "once", "again");
        assertThat(journal.get(Part.QUEUES, bytes("once"))).isEqualTo(bytes("again"));
    }

    @Test
    void a_scan_visits_from_the_first_up_to_not_including_the_second_key_and_ends_when_told() {
        for (String key : List.of("a", "b", "b1", "c", "d")) {
            put(Part.RETAINED, key, key);
        }
        put(Part.SUBSCRIPTIONS, "bb", "of another part");
        assertThat(keys("b", "d", 99)).containsExactly("b", "b1", "c");
        assertThat(keys("a", "z", 2)).containsExactly("a", "b");
        assertThat(keys("x", "z", 99)).isEmpty();
        assertThat(keys("d", "b", 99)).isEmpty();
    }

    @Test
    void keys_are_ordered_as_unsigned_bytes() {
        for (int first : new int[]{0xFF, 0x00, 0x80, 0x7F}) {
            try (Batch batch = journal.batch()) {
                batch.put(Part.CURSORS, new byte[]{(byte) first, 1}, new byte[0]);
                batch.commit();
            }
        }
        List<Integer> seen = new ArrayList<>();
        journal.scan(Part.CURSORS, new byte[]{0}, new byte[]{(byte) 0xFF, 2}, (key, value) -> {
            assertThat(value).isEmpty();
            return seen.add(key[0] & 0xFF);
        });
        assertThat(seen).containsExactly(0x00, 0x7F, 0x80, 0xFF);
    }

    @Test
    void the_last_key_of_a_range_is_found_and_those_outside_are_not() {
        for (String key : List.of("a", "b", "c")) {
            put(Part.QUEUES, key, key);
        }
        assertThat(Objects.requireNonNull(journal.last(Part.QUEUES, bytes("a"), bytes("c"))).key())
                .isEqualTo(bytes("b"));
        assertThat(Objects.requireNonNull(journal.last(Part.QUEUES, bytes("a"), bytes("z"))).value())
                .isEqualTo(bytes("c"));
        assertThat(journal.last(Part.QUEUES, bytes("ba"), bytes("bz"))).isNull();
        assertThat(journal.last(Part.QUEUES, bytes("c"), bytes("a"))).isNull();
    }

    @Test
    void a_visitor_may_read_and_its_exception_comes_out() {
        put(Part.QUEUES, "a", "number");
        put(Part.MESSAGES, "number", "the message");
        List<String> seen = new ArrayList<>();
        journal.scan(Part.QUEUES, bytes("a"), bytes("b"),
                (_, value) -> seen.add(text(Objects.requireNonNull(journal.get(Part.MESSAGES, value)))));
        assertThat(seen).containsExactly("the message");
        assertThatThrownBy(() -> journal.scan(Part.QUEUES, bytes("a"), bytes("b"), (_, _) -> {
            throw new IllegalStateException("enough");
        })).hasMessage("enough");
    }

    @Test
    void keys_of_70_000_bytes_and_values_of_many_blocks_come_back_as_they_were() {
        byte[] key = new byte[70_000];
        byte[] value = new byte[5_000_000];
        ByteBuffer.wrap(value).putInt(4_000_000, 42);
        try (Batch batch = journal.batch()) {
            batch.put(Part.RETAINED, key, value);
            batch.commit();
        }
        reopen();
        assertThat(journal.get(Part.RETAINED, key)).isEqualTo(value);
    }

    @Test
    void a_relaxed_commit_is_there_after_closing_and_sync_is_allowed_any_time() {
        RocksJournal relaxed = store.journal(Sync.EVERY_SECOND);
        relaxed.sync();
        try (Batch batch = relaxed.batch()) {
            batch.put(Part.QUEUES, bytes("a"), bytes("1"));
            batch.commit();
        }
        relaxed.sync();
        try (Batch batch = relaxed.batch()) {
            batch.put(Part.QUEUES, bytes("b"), bytes("2"));
            batch.commit();
        }
        reopen();
        assertThat(journal.get(Part.QUEUES, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(journal.get(Part.QUEUES, bytes("b"))).isEqualTo(bytes("2"));
    }

    @Test
    void nothing_is_confirmed_while_the_folder_is_gone_and_it_goes_on_when_the_folder_is_back() throws IOException {
        put(Part.QUEUES, "a", "1");
        Path aside = Files.move(data.resolve("store"), data.resolve("aside"));
        StoreFault fault = catchThrowableOfType(StoreFault.class, () -> put(Part.QUEUES, "b", "2"));
        assertThat(fault.kind()).isEqualTo(StoreFault.Kind.REMOVED);
        assertThat(fault).hasMessageContaining(data.resolve("store") + " is not there any more")
                .hasMessageContaining("Put it back");
        assertThat(journal.get(Part.QUEUES, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(journal.get(Part.QUEUES, bytes("b"))).isNull();
        Files.move(aside, data.resolve("store"));
        put(Part.QUEUES, "b", "2");
        reopen();
        assertThat(journal.get(Part.QUEUES, bytes("b"))).isEqualTo(bytes("2"));
    }

    @Test
    void a_store_whose_files_were_deleted_refuses_to_confirm_and_can_still_be_closed() throws IOException {
        put(Part.QUEUES, "a", "1");
        try (var files = Files.newDirectoryStream(data.resolve("store"))) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        assertThatThrownBy(() -> put(Part.QUEUES, "b", "2")).isInstanceOf(StoreFault.class);
        assertThatThrownBy(() -> store.registry().put("tenant/acme", bytes("1"))).isInstanceOf(StoreFault.class);
        reopen();
        assertThat(journal.get(Part.QUEUES, bytes("b"))).isNull();
    }

    private List<String> keys(String from, String to, int max) {
        List<String> seen = new ArrayList<>();
        journal.scan(Part.RETAINED, bytes(from), bytes(to), (key, value) -> {
            assertThat(value).isEqualTo(key);
            seen.add(text(key));
            return seen.size() < max;
        });
        return seen;
    }

    private void put(Part part, String key, String value) {
        try (Batch batch = journal.batch()) {
            batch.put(part, bytes(key), bytes(value));
            batch.commit();
        }
    }

    private void flush() {
        store.guarded(db -> {
            try (FlushOptions waiting = new FlushOptions()) {
                for (String part : Format.journalParts()) {
                    db.flush(waiting, store.part(part));
                }
            }
            return true;
        });
    }

    private void reopen() {
        store.close();
        open();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
