package dev.gatehouse.broker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.gatehouse.mqtt.Qos;

/// What the clients of one tenant know together: the model of its retained messages, wills and shared subscriptions.
final class SimTenant {
    /// Each taken with one QoS by all members: what ends with a member's session can be told.
    static final String[] GROUPS = {"$share/g/#", "$share/h/+/b", "$share/k/a/+"};

    private final String name;
    private final SimRetained retained = new SimRetained();
    private final Map<String, SimWill> wills = new HashMap<>();
    /// Payloads that came to any member.
    private final Map<String, Set<String>> groupGot = new HashMap<>();
    private final Set<String> groupsWithLosses = new HashSet<>();

    SimTenant(String name) {
        this.name = name;
        for (String group : GROUPS) {
            groupGot.put(group, new HashSet<>());
        }
    }

    /// The QoS with which the members subscribe.
    static Qos qosOf(String group) {
        return group.equals(GROUPS[1]) ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    }

    String name() {
        return name;
    }

    SimRetained retained() {
        return retained;
    }

    /// By payload.
    Map<String, SimWill> wills() {
        return wills;
    }

    Set<String> got(String group) {
        return Objects.requireNonNull(groupGot.get(group));
    }

    /// A member's session ended: QoS 2 messages under way to it are for nobody else [MQTT-4.8.2-5].
    void memberLost(String group) {
        groupsWithLosses.add(group);
    }

    boolean hasLost(String group) {
        return groupsWithLosses.contains(group);
    }
}
