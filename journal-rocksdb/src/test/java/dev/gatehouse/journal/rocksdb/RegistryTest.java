package dev.gatehouse.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RegistryTest {
    @TempDir
    Path data;

    private RocksStore store;

    @BeforeEach
    void open() {
        store = RocksStore.open(data);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void a_scan_gives_the_keys_of_a_prefix_in_order_and_no_others() {
        for (String key : new String[]{"user/acme/b", "user/acme/a", "user/acmf/a", "tenant/acme", "user/acm"}) {
            store.registry().put(key, key.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(keys("user/acme/")).containsExactly("user/acme/a", "user/acme/b");
        assertThat(keys("")).hasSize(5);
        assertThat(keys("nothing")).isEmpty();
    }

    @Test
    void deleting_a_prefix_takes_a_tenant_and_leaves_its_neighbours() {
        store.registry().putAll(Map.of("user/acme/ä", new byte[1], "user/acme/z", new byte[1], "user/acmez/a",
                new byte[1], "user/acmd/a", new byte[1]));
        store.registry().deletePrefix("user/acme/");
        assertThat(keys("")).containsExactly("user/acmd/a", "user/acmez/a");
    }

    @Test
    void an_empty_prefix_is_not_taken_for_everything_when_deleting() {
        store.registry().put("a", new byte[1]);
        assertThatThrownBy(() -> store.registry().deletePrefix("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(keys("")).containsExactly("a");
    }

    @Test
    void a_deleted_key_is_gone_and_deleting_it_again_is_nothing() {
        store.registry().put("a", new byte[1]);
        store.registry().delete("a");
        store.registry().delete("a");
        assertThat(store.registry().get("a")).isEmpty();
    }

    private Iterable<String> keys(String prefix) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        store.registry().scan(prefix, found::put);
        return found.keySet();
    }
}
