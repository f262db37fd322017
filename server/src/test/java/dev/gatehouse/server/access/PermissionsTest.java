package dev.gatehouse.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PermissionsTest {
    private static boolean maySubscribe(String allowed, String wanted) {
        return Permissions.of(List.of(), List.of(allowed)).maySubscribe(TopicFilter.parse(wanted));
    }

    private static boolean mayPublish(String allowed, String topic) {
        return Permissions.of(List.of(allowed), List.of()).mayPublish(topic);
    }

    @Test
    void a_filter_covers_another_exactly_when_it_matches_every_topic_of_the_other() {
        List<String> topics = paths(List.of("a", "b", "new", "$x", ""), 4).stream().filter(t -> !t.isEmpty()).toList();
        List<TopicFilter> filters = paths(List.of("a", "b", "+", "#", "$x", ""), 3).stream()
                .flatMap(PermissionsTest::parsed)
                .toList();
        assertThat(filters).hasSizeGreaterThan(150);
        for (TopicFilter allowed : filters) {
            if (allowed.filter().equals("#")) {
                continue; // allows more than it matches, see below
            }
            List<String> outside = topics.stream().filter(topic -> !allowed.matches(topic)).toList();
            for (TopicFilter wanted : filters) {
                assertThat(maySubscribe(allowed.filter(), wanted.filter())).as("%s covers %s", allowed, wanted)
                        .isEqualTo(outside.stream().noneMatch(wanted::matches));
            }
        }
    }

    private static List<String> paths(List<String> levels, int levelsMax) {
        List<String> all = new ArrayList<>(levels);
        List<String> longest = levels;
        for (int depth = 1; depth < levelsMax; depth++) {
            longest = longest.stream().flatMap(path -> levels.stream().map(level -> path + "/" + level)).toList();
            all.addAll(longest);
        }
        return all;
    }

    private static Stream<TopicFilter> parsed(String filter) {
        try {
            return Stream.of(TopicFilter.parse(filter));
        } catch (ProtocolViolation notAFilter) {
            return Stream.empty();
        }
    }

    @Test
    void the_filter_of_everything_allows_every_subscription() {
        assertThat(maySubscribe("#", "#")).isTrue();
        assertThat(maySubscribe("#", "a/+")).isTrue();
        assertThat(maySubscribe("#", "$SYS/#")).isTrue();
        assertThat(maySubscribe("+/#", "$SYS/#")).isFalse();
    }

    @Test
    void the_filter_of_everything_allows_every_topic_but_reserved_ones__MQTT_4_7_2_1() {
        assertThat(mayPublish("#", "a")).isTrue();
        assertThat(mayPublish("#", "/")).isTrue();
        assertThat(mayPublish("#", "$SYS/x")).isFalse();
        assertThat(mayPublish("$SYS/#", "$SYS/x")).isTrue();
    }

    @Test
    void a_shared_subscription_is_allowed_by_the_filter_after_its_share_name() {
        assertThat(maySubscribe("a/#", "$share/group/a/b")).isTrue();
        assertThat(maySubscribe("a/#", "$share/a/b")).isFalse();
        assertThat(maySubscribe("a/#", "$share/a/#")).isFalse();
    }

    @Test
    void nothing_is_allowed_by_no_filter() {
        Permissions none = Permissions.of(List.of(), List.of());
        assertThat(none.mayPublish("a")).isFalse();
        assertThat(none.maySubscribe(TopicFilter.parse("a"))).isFalse();
        assertThat(none.bind("u", "c")).isSameAs(none);
    }

    @Test
    void placeholders_match_nothing_until_they_are_filled_in() {
        Permissions permissions = Permissions.of(List.of("up/%c", "x"), List.of("down/%u/#"));
        assertThat(permissions.mayPublish("up/%c")).isFalse();
        assertThat(permissions.mayPublish("x")).isTrue();

        Permissions bound = permissions.bind("eric", "sensor-1");
        assertThat(bound.mayPublish("up/sensor-1")).isTrue();
        assertThat(bound.mayPublish("up/sensor-2")).isFalse();
        assertThat(bound.maySubscribe(TopicFilter.parse("down/eric/a/+"))).isTrue();
        assertThat(bound.maySubscribe(TopicFilter.parse("down/+/a"))).isFalse();
        assertThat(bound.publish()).as("as written").containsExactly("up/%c", "x");
        assertThat(permissions.bind("other", "sensor-2").mayPublish("up/sensor-1")).as("bound anew").isFalse();
    }

    @Test
    void a_name_that_would_widen_the_filter_it_is_put_into_matches_nothing() {
        Permissions permissions = Permissions.of(List.of("%c/x", "c/%c"), List.of("%u/#"));
        for (String hostile : List.of("+", "#", "a/b", "a+", "$SYS", "")) {
            Permissions bound = permissions.bind(hostile, hostile);
            assertThat(bound.mayPublish(hostile + "/x")).as(hostile).isFalse();
            assertThat(bound.mayPublish("any/x")).as(hostile).isFalse();
            assertThat(bound.mayPublish("c/" + hostile)).as(hostile).isFalse();
            assertThat(bound.maySubscribe(TopicFilter.parse("any/#"))).as(hostile).isFalse();
            assertThat(bound.maySubscribe(TopicFilter.parse("$SYS/#"))).as(hostile).isFalse();
        }
    }

    @Test
    void a_placeholder_that_is_put_in_is_not_filled_in_again() {
        Permissions bound = Permissions.of(List.of("%u/%c"), List.of()).bind("%c", "victim");
        assertThat(bound.mayPublish("%c/victim")).isTrue();
        assertThat(bound.mayPublish("victim/victim")).isFalse();
    }

    @Test
    void a_name_that_makes_the_filter_longer_than_any_topic_matches_nothing() {
        Permissions bound = Permissions.of(List.of("a/%c", "b"), List.of()).bind("u", "c".repeat(65_535));
        assertThat(bound.mayPublish("b")).isTrue();
        assertThat(bound.mayPublish("a/" + "c".repeat(65_535))).isFalse();
    }

    @Test
    void a_filter_that_cannot_be_a_permission_says_why() {
        assertThat(Permissions.problemOf("a/#")).isEmpty();
        assertThat(Permissions.problemOf("%u/+/%c")).isEmpty();
        assertThat(Permissions.problemOf("a/b#").orElseThrow()).startsWith("must be a topic filter");
        assertThat(Permissions.problemOf("x%u").orElseThrow()).contains("alone between two slashes");
        assertThat(Permissions.problemOf("$share/g/a").orElseThrow()).contains("$share/");
        assertThatThrownBy(() -> Permissions.of(List.of("a/b#"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a/b#'");
    }
}
