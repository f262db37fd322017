package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.mqtt.ConnackProperties;

/// Every property that a CONNACK carries, by the name that MQTT 5 §3.2.2.3 gives it. The reason string is not among them:
/// it stands with the reason.
final class ConnackWords {
    private static final int TEXT_MAX = 120;
    private static final int USER_PROPERTIES_MAX = 5;

    private ConnackWords() {}

    /// In the order of the specification; empty when there are none, as always in MQTT 3.
    static List<String> of(ConnackProperties p) {
        List<String> said = new ArrayList<>();
        number(said, "Session Expiry Interval", p.sessionExpirySeconds(), " s");
        number(said, "Receive Maximum", p.receiveMaximum(), "");
        number(said, "Maximum QoS", p.maximumQos() == null ? -1 : p.maximumQos().level(), "");
        no(said, "Retain Available", p.retainAvailable());
        number(said, "Maximum Packet Size", p.maximumPacketSize(), " bytes");
        text(said, "Assigned Client Identifier", p.assignedClientId());
        number(said, "Topic Alias Maximum", p.topicAliasMaximum() == 0 ? -1 : p.topicAliasMaximum(), "");
        p.userProperties().stream().limit(USER_PROPERTIES_MAX)
                .forEach(property -> text(said, "User Property " + Shown.text(property.name(), TEXT_MAX),
                        property.value()));
        if (p.userProperties().size() > USER_PROPERTIES_MAX) {
            said.add(p.userProperties().size() - USER_PROPERTIES_MAX + " more User Properties");
        }
        no(said, "Wildcard Subscription Available", p.wildcardSubscriptions());
        no(said, "Subscription Identifiers Available", p.subscriptionIdentifiers());
        no(said, "Shared Subscription Available", p.sharedSubscriptions());
        number(said, "Server Keep Alive", p.serverKeepAliveSeconds(), " s");
        text(said, "Response Information", p.responseInformation());
        text(said, "Server Reference", p.serverReference());
        text(said, "Authentication Method", p.authenticationMethod());
        number(said, "Authentication Data", p.authenticationData() == null ? -1 : p.authenticationData().length(),
                " bytes");
        return said;
    }

    private static void number(List<String> said, String name, long value, String unit) {
        if (value >= 0) {
            said.add(name + " " + value + unit);
        }
    }

    private static void no(List<String> said, String name, boolean available) {
        if (!available) {
            said.add(name + ": no");
        }
    }

    private static void text(List<String> said, String name, @Nullable String value) {
        if (value != null) {
            said.add(name + " \"" + Shown.text(value, TEXT_MAX) + "\"");
        }
    }
}
