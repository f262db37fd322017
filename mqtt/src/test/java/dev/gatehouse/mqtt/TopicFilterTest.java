package dev.gatehouse.mqtt;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

class TopicFilterTest {
    /// The rules of §4.7 as they are written: slow, level by level.
    private static boolean matchesByTheBook(List<String> filter, List<String> topic) {
        if (topic.getFirst().startsWith("$") && (filter.getFirst().equals("#") || filter.getFirst().equals("+"))) {
            return false;
        }
        return levelsMatch(filter, topic);
    }

    private static boolean levelsMatch(List<String> filter, List<String> topic) {
        if (filter.isEmpty()) {
            return topic.isEmpty();
        }
        if (filter.getFirst().equals("#")) {
            return true; // "includes the parent level", so also with nothing left
        }
        if (topic.isEmpty()) {
            return false;
        }
        return (filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst()))
                && levelsMatch(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
    }

    private static String join(Random random, String... levels) {
        StringBuilder text = new StringBuilder(levels[random.nextInt(levels.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append('/').append(levels[random.nextInt(levels.length)]);
        }
        return text.toString();
    }

    @Test
    void matches_as_the_rules_read_level_by_level__MQTT_4_7_1_1() {
        Seeds.forEach(seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < 500; i++) {
                String filter = join(random, "a", "ab", "", "+", "+", "$x", "b") + (random.nextInt(3) == 0 ? "/#" : "");
                filter = random.nextInt(50) == 0 ? "#" : filter.isEmpty() ? "/" : filter;
                String topic = join(random, "a", "ab", "", "$x", "b");
                topic = topic.isEmpty() ? "/" : topic;
                assertThat(TopicFilter.parse(filter).matches(topic)).as("%s against %s", filter, topic)
                        .isEqualTo(matchesByTheBook(List.of(filter.split("/", -1)), List.of(topic.split("/", -1))));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"sport/#,sport,true", "sport/#,sport/,true", "sport/#,sport/a/b,true", "sport/#,sports,false",
            "#,a/b,true", "#,/,true", "#,$SYS/x,false", "+/x,$SYS/x,false", "$SYS/#,$SYS/x,true", "$SYS/#,$SYS,true",
            "+,a,true", "+,a/b,false", "+/+,/a,true", "/+,/a,true", "+,/a,false", "+/x,x,false", "+/x,/x,true",
            "a/+/c,a//c,true", "a/+,a/,true", "a/+,a,false", "A,a,false", "a/+/#,a,false", "a/+/#,a/b,true",
            "a b/c.d,a b/c.d,true", "ab,a,false", "a,ab,false", "a/b,a,false", "//,//,true", "/,//,false"})
    void matches(String filter, String topic, boolean expected) {
        assertThat(TopicFilter.parse(filter).matches(topic)).isEqualTo(expected);
    }

    @Test
    void composed_and_decomposed_characters_stay_apart__MQTT_4_7_3_4() {
        assertThat(TopicFilter.parse("\u00E4").matches("a\u0308")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "a/#/b", "#/", "##", "a+", "+a", "a/b+/c", "++", "a/+#", "/+b", "", "a\0b", "\uD800",
            "$share/g/a#"})
    void an_invalid_filter_is_refused__MQTT_4_7_1_2(String filter) {
        assertThatThrownBy(() -> TopicFilter.parse(filter)).asInstanceOf(type(ProtocolViolation.class))
                .extracting(ProtocolViolation::violation).isEqualTo(Violation.TOPIC_FILTER_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/", "$share//a", "$share/g", "$share/g/", "$share/+/a", "$share/g#/a", "$share/#"})
    void a_share_without_a_proper_name_or_filter_is_refused__MQTT_4_8_2_1(String filter) {
        assertThatThrownBy(() -> TopicFilter.parse(filter)).asInstanceOf(type(ProtocolViolation.class))
                .extracting(ProtocolViolation::violation).isEqualTo(Violation.SHARED_NAME_INVALID);
    }

    @Test
    void a_shared_subscription_is_taken_apart__MQTT_4_8_2_2() {
        TopicFilter shared = TopicFilter.parse("$share/g//x/+");
        assertThat(shared.shareName()).isEqualTo("g");
        assertThat(shared.filter()).isEqualTo("/x/+");
        assertThat(shared.asSent()).isEqualTo("$share/g//x/+");
        assertThat(shared.levels()).containsExactly("", "x", "+");
        assertThat(shared.matches("/x/y")).isTrue();
        assertThat(TopicFilter.parse("$share").shareName()).isNull();
        assertThat(shared).isEqualTo(TopicFilter.parse("$share/g//x/+")).isNotEqualTo(TopicFilter.parse("/x/+"));
    }

    @Test
    void a_shared_wildcard_does_not_match_topics_that_start_with_a_dollar__MQTT_4_7_2_1() {
        assertThat(TopicFilter.parse("$share/g/#").matches("$SYS/x")).isFalse();
        assertThat(TopicFilter.parse("$share/g/#").matches("x")).isTrue();
    }

    @Test
    void levels_keep_the_empty_ones() {
        assertThat(TopicFilter.parse("/").levels()).containsExactly("", "");
        assertThat(TopicFilter.parse("a//b/").levels()).containsExactly("a", "", "b", "");
    }

    @Test
    void names_and_filters_may_have_65535_bytes_and_not_one_more__MQTT_4_7_3_3() {
        String most = "ä".repeat(32_767) + "a";
        assertThat(TopicName.isValid(most)).isTrue();
        assertThat(TopicFilter.parse(most).matches(most)).isTrue();
        assertThatThrownBy(() -> TopicName.check(most + "a")).asInstanceOf(type(ProtocolViolation.class))
                .extracting(ProtocolViolation::violation).isEqualTo(Violation.TOPIC_NAME_TOO_LONG);
        assertThatThrownBy(() -> TopicFilter.parse(most + "a")).asInstanceOf(type(ProtocolViolation.class))
                .extracting(ProtocolViolation::violation).isEqualTo(Violation.TOPIC_FILTER_INVALID);
        String deep = "/".repeat(65_535);
        assertThat(TopicFilter.parse("+" + "/+".repeat(32_766) + "/#").matches(deep)).isTrue();
        assertThat(TopicFilter.parse(deep).levels()).hasSize(65_536);
    }

    @ParameterizedTest
    @CsvSource({"a/+,TOPIC_NAME_WILDCARD", "#,TOPIC_NAME_WILDCARD", "'',TOPIC_NAME_EMPTY"})
    void an_invalid_topic_name_is_refused__MQTT_3_3_2_2(String topic, Violation expected) {
        assertThat(TopicName.isValid(topic)).isFalse();
        assertThatThrownBy(() -> TopicName.check(topic)).asInstanceOf(type(ProtocolViolation.class))
                .extracting(ProtocolViolation::violation).isEqualTo(expected);
    }

    @Test
    void a_topic_name_has_no_null_and_no_half_character__MQTT_4_7_3_2() {
        assertThat(TopicName.violation("a\0")).isEqualTo(Violation.STRING_CONTAINS_NULL);
        assertThat(TopicName.violation("a\uDC00")).isEqualTo(Violation.STRING_NOT_UTF8);
        assertThat(TopicName.violation("\uD83Da")).isEqualTo(Violation.STRING_NOT_UTF8);
        assertThat(TopicName.violation("😀\uFEFF $/")).isNull();
    }
}
