package dev.gatehouse.journal.rocksdb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AttemptLinesTest {
    @TempDir
    Path data;

    private RocksStore store;
    private AttemptLines lines;

    @BeforeEach
    void open() {
        store = RocksStore.open(data);
        lines = store.attempts();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void the_newest_come_first_for_one_owner_and_for_all() {
        lines.append(List.of(line("acme", 1), line("globex", 2), line("acme", 3), line("", 4)));
        assertThat(keys(lines.newest("acme", 10, null))).containsExactly(id(3), id(1));
        assertThat(keys(lines.newest("", 10, null))).containsExactly(id(4));
        assertThat(keys(lines.newest(null, 10, null))).containsExactly(id(4), id(3), id(2), id(1));
        assertThat(keys(lines.newest(null, 2, id(4)))).containsExactly(id(3), id(2));
    }

    @Test
    void a_tenant_whose_name_begins_like_another_is_not_mixed_up_with_it() {
        lines.append(List.of(line("acme", 1), line("acme2", 2), line("acme-x", 3)));
        assertThat(keys(lines.newest("acme", 10, null))).containsExactly(id(1));
        lines.deleteOwner("acme");
        assertThat(keys(lines.newest(null, 10, null))).containsExactly(id(3), id(2));
    }

    @Test
    void writing_a_line_again_moves_it_and_leaves_no_path_to_where_it_was() {
        lines.append(List.of(line("acme", 1), line("acme", 2)));
        lines.append(List.of(new AttemptLine("acme", id(1), id(5), List.of(id(3), id(4)), "three")));
        assertThat(keys(lines.newest("acme", 10, null))).containsExactly(id(1), id(2));
        assertThat(keys(lines.newest(null, 10, null))).containsExactly(id(1), id(2));
        lines.append(List.of(new AttemptLine("acme", id(1), id(6), List.of(id(4)), "four")));
        assertThat(lines.get(id(4))).map(AttemptLine::body).hasValue("four");
        assertThat(lines.get(id(6))).map(AttemptLine::body).hasValue("four");
        assertThat(lines.get(id(3))).isEmpty();
        assertThat(lines.get(id(5))).isEmpty();
    }

    @Test
    void the_last_of_a_batch_wins() {
        lines.append(List.of(new AttemptLine("a", id(1), id(2), List.of(), "old"),
                new AttemptLine("a", id(1), id(3), List.of(), "new")));
        assertThat(lines.newest(null, 10, null)).singleElement().extracting(AttemptLine::body).isEqualTo("new");
    }

    @Test
    void age_is_that_of_the_newest_attempt_and_a_call_deletes_only_so_many() {
        lines.append(List.of(line("a", 1), line("b", 2), new AttemptLine("a", id(3), id(90), List.of(id(4)), "folded"),
                line("a", 5)));
        assertThat(lines.deleteBefore(id(6), 2)).isEqualTo(2);
        assertThat(lines.deleteBefore(id(6), 2)).isEqualTo(1);
        assertThat(keys(lines.newest(null, 10, null))).containsExactly(id(3));
        assertThat(lines.get(id(4))).isPresent();
        assertThat(lines.get(id(5))).isEmpty();
    }

    @Test
    void deleting_an_owner_takes_any_number_of_lines() {
        List<AttemptLine> many = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            many.add(line(i % 5 == 0 ? "b" : "a", i));
        }
        lines.append(many);
        lines.deleteOwner("a");
        assertThat(lines.newest("a", 10, null)).isEmpty();
        assertThat(lines.newest(null, 10_000, null)).hasSize(500);
    }

    @Test
    void random_changes_agree_with_a_map() {
        Random random = new Random(7);
        Map<String, AttemptLine> model = new TreeMap<>();
        int next = 0;
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    String bound = id(random.nextInt(next + 1));
                    lines.deleteBefore(bound, 10_000);
                    model.values().removeIf(line -> line.newestId().compareTo(bound) < 0);
                }
                case 1 -> {
                    String owner = "t" + random.nextInt(3);
                    lines.deleteOwner(owner);
                    model.values().removeIf(line -> line.owner().equals(owner));
                }
                default -> {
                    boolean again = !model.isEmpty() && random.nextBoolean();
                    AttemptLine old = again
                            ? model.values().stream().skip(random.nextInt(model.size())).findFirst().orElseThrow()
                            : line("t" + random.nextInt(3), next++);
                    AttemptLine line = new AttemptLine(old.owner(), old.key(), id(next++), List.of(old.newestId()),
                            "step " + step);
                    lines.append(List.of(line));
                    model.put(line.key(), line);
                }
            }
            assertThat(lines.newest(null, 10_000, null))
                    .containsExactlyElementsOf(model.values().stream()
                            .sorted((a, b) -> b.newestId().compareTo(a.newestId())).toList());
            assertThat(lines.newest("t1", 10_000, null)).hasSize(
                    (int) model.values().stream().filter(line -> line.owner().equals("t1")).count());
        }
    }

    @Test
    void a_line_survives_its_way_to_the_disk_and_back() {
        AttemptLine line = new AttemptLine("tenant-ä", id(1), id(9), List.of(id(2), id(3)), "{\"x\":\"ö\"}");
        assertThat(AttemptLine.ofValue(line.key(), line.toValue())).isEqualTo(line);
    }

    @Test
    void a_value_cut_at_any_byte_is_an_error_or_a_shorter_body_never_a_crash() {
        byte[] value = new AttemptLine("acme", id(1), id(9), List.of(id(2)), "body").toValue();
        for (int cut = 0; cut < value.length - "body".length(); cut++) {
            byte[] part = java.util.Arrays.copyOf(value, cut);
            assertThatThrownBy(() -> AttemptLine.ofValue(id(1), part)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static AttemptLine line(String owner, int number) {
        return new AttemptLine(owner, id(number), id(number), List.of(), "body " + number);
    }

    private static String id(int number) {
        return String.format(Locale.ROOT, "%012d", number);
    }

    private static List<String> keys(List<AttemptLine> lines) {
        return lines.stream().map(AttemptLine::key).toList();
    }
}
