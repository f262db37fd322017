package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

final class SubscriptionTreeTest {
    private final Bench bench = new Bench(new TenantLimits(1 << 20, 100, 1_000, 8, 0, 0, 65_535, 1_000, 1_000, 1_000,
            1_000, 1 << 20, 1_000, 1 << 20, 128));
    private final List<Session> sessions = List.of(session("a"), session("b"), session("c"));
    private final SubscriptionTree tree = new SubscriptionTree();

    private Session session(String clientId) {
        return new Session(bench.tenant(), bench.simulation().lanes().getFirst(), clientId, null, 0, false);
    }

    @Test
    void matching_agrees_with_a_filter_by_filter_search__MQTT_4_7_1_2() {
        Bench.forSeeds(200, seed -> {
            SubscriptionTree random = new SubscriptionTree();
            compare(random, new Random(seed));
        });
    }

    private void compare(SubscriptionTree subject, Random random) {
        List<Subscription> reference = new ArrayList<>();
        for (int step = 0; step < 120; step++) {
            Session session = sessions.get(random.nextInt(sessions.size()));
            TopicFilter filter = TopicFilter.parse((random.nextInt(5) == 0 ? "$share/g" + random.nextInt(2) + "/" : "")
                    + filter(random));
            if (random.nextInt(3) == 0) {
                subject.remove(session, filter);
                reference.removeIf(one -> one.session() == session && one.filter().equals(filter));
            } else {
                Subscription added = new Subscription(session, filter, Qos.of(random.nextInt(3)), false, false, 0);
                subject.add(added);
                reference.removeIf(one -> one.session() == session && one.filter().equals(filter));
                reference.add(added);
            }
            String topic = topic(random);
            assertThat(found(subject, topic)).as(topic).isEqualTo(expected(reference, topic));
        }
        for (Subscription left : reference) {
            subject.remove(left.session(), left.filter());
        }
        assertThat(subject.isEmpty()).isTrue();
    }

    /// One line per session with the QoS it gets, and one per member of a group.
    private static Set<String> found(SubscriptionTree subject, String topic) {
        Set<String> lines = new TreeSet<>();
        Matches matches = subject.match(topic, 1);
        Message message = Message.of(topic, Qos.EXACTLY_ONCE, false, PublishProperties.NONE, null, 0, new byte[0]);
        for (Target target : matches.onLane(0)) {
            lines.add(target.session().clientId() + " " + target.receiver(message).qos());
        }
        for (SharedGroup group : matches.groups()) {
            for (Subscription member : group.members()) {
                lines.add(group.filter().shareName() + " " + member.filter() + " " + member.session().clientId() + " "
                        + member.qos());
            }
        }
        return lines;
    }

    private static Set<String> expected(List<Subscription> reference, String topic) {
        Set<String> lines = new TreeSet<>();
        Set<Session> seen = new HashSet<>();
        for (Subscription one : reference) {
            if (!matches(one.filter().filter().split("/", -1), topic.split("/", -1))) {
                continue;
            }
            if (one.filter().shareName() != null) {
                lines.add(one.filter().shareName() + " " + one.filter() + " " + one.session().clientId() + " "
                        + one.qos());
            } else if (seen.add(one.session())) {
                Qos highest = reference.stream()
                        .filter(other -> other.session() == one.session() && other.filter().shareName() == null
                                && matches(other.filter().filter().split("/", -1), topic.split("/", -1)))
                        .map(Subscription::qos).max(Qos::compareTo).orElseThrow();
                lines.add(one.session().clientId() + " " + highest);
            }
        }
        return lines;
    }

    private static boolean matches(String[] filter, String[] topic) {
        if (topic[0].startsWith("$") && (filter[0].equals("+") || filter[0].equals("#"))) {
            return false;
        }
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return topic.length >= i;
            }
            if (i >= topic.length || !filter[i].equals("+") && !filter[i].equals(topic[i])) {
                return false;
            }
        }
        return filter.length == topic.length;
    }

    private static String filter(Random random) {
        int levels = 1 + random.nextInt(4);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            boolean last = i == levels - 1;
            String[] some = {"a", "b", "", "+", last ? "#" : "+", i == 0 ? "$x" : "c"};
            parts.add(some[random.nextInt(some.length)]);
        }
        String filter = String.join("/", parts);
        return filter.isEmpty() ? "/" : filter;
    }

    private static String topic(Random random) {
        int levels = 1 + random.nextInt(4);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            String[] some = {"a", "b", "", i == 0 ? "$x" : "c"};
            parts.add(some[random.nextInt(some.length)]);
        }
        String topic = String.join("/", parts);
        return topic.isEmpty() ? "/" : topic;
    }

    @Test
    void sport_and_everything_below_it_matches_sport_itself__MQTT_4_7_1_1() {
        add("sport/#");
        assertThat(found(tree, "sport")).hasSize(1);
        assertThat(found(tree, "sport/")).hasSize(1);
        assertThat(found(tree, "sports")).isEmpty();
    }

    @Test
    void a_leading_wildcard_does_not_match_a_dollar_topic__MQTT_4_7_2_1() {
        add("#");
        add("+/uptime");
        assertThat(found(tree, "$SYS/uptime")).isEmpty();
        add("$SYS/#");
        assertThat(found(tree, "$SYS/uptime")).hasSize(1);
    }

    @Test
    void matching_is_case_sensitive_and_normalises_nothing__MQTT_4_7_3_4() {
        add("A/é");
        assertThat(found(tree, "a/é")).isEmpty();
        assertThat(found(tree, "A/e\u0301")).isEmpty();
        assertThat(found(tree, "A/é")).hasSize(1);
    }

    @Test
    void a_filter_of_thousands_of_levels_neither_recurses_nor_stays_behind() {
        String deep = "x/".repeat(20_000) + "#";
        add(deep);
        assertThat(found(tree, "x/".repeat(30_000))).hasSize(1);
        tree.remove(sessions.getFirst(), TopicFilter.parse(deep));
        assertThat(tree.isEmpty()).isTrue();
    }

    @Test
    void removing_a_shared_subscription_leaves_the_plain_one__MQTT_3_10_4_1() {
        add("t");
        add("$share/g/t");
        tree.remove(sessions.getFirst(), TopicFilter.parse("$share/g/t"));
        assertThat(found(tree, "t")).containsExactly("a AT_LEAST_ONCE");
    }

    @Test
    void a_subscription_is_found_at_every_moment_while_others_come_and_go() throws InterruptedException {
        add("a/b");
        add("$share/g/a/+");
        Thread changes = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 20_000; i++) {
                TopicFilter filter = TopicFilter.parse(new String[]{"a/b", "a/+", "a/b/c", "#", "$share/g/a/+"}[i % 5]);
                tree.add(new Subscription(sessions.get(1), filter, Qos.AT_MOST_ONCE, false, false, 0));
                tree.remove(sessions.get(1), filter);
            }
        });
        while (changes.isAlive()) {
            assertThat(found(tree, "a/b")).contains("a AT_LEAST_ONCE", "g $share/g/a/+ a AT_LEAST_ONCE");
        }
        changes.join();
        assertThat(found(tree, "a/b")).hasSize(2);
        tree.remove(sessions.getFirst(), TopicFilter.parse("a/b"));
        tree.remove(sessions.getFirst(), TopicFilter.parse("$share/g/a/+"));
        assertThat(tree.isEmpty()).isTrue();
    }

    private void add(String filter) {
        tree.add(new Subscription(sessions.getFirst(), TopicFilter.parse(filter), Qos.AT_LEAST_ONCE, false, false, 0));
    }
}
