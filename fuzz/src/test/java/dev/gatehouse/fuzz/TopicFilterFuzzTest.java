package dev.gatehouse.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.TopicName;

class TopicFilterFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void a_filter_is_refused_or_matches_what_its_own_levels_say(FuzzedDataProvider data) {
        String sent = data.consumeString(60);
        String topic = data.consumeRemainingAsString();
        TopicFilter filter;
        try {
            filter = TopicFilter.parse(sent);
        } catch (ProtocolViolation expected) {
            return;
        }
        require(String.join("/", filter.levels()).equals(filter.filter()), sent);
        require(filter.asSent().equals(sent), sent);
        if (TopicName.isValid(topic)) {
            boolean matches = filter.matches(topic);
            require(!filter.filter().equals(topic) || matches, "a filter matches itself: " + sent);
            boolean plain = filter.levels().stream().noneMatch(level -> level.equals("+") || level.equals("#"));
            require(!plain || matches == filter.filter().equals(topic), sent + " against " + topic);
            require(!filter.filter().equals("#") || matches == !topic.startsWith("$"), "# against " + topic);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
