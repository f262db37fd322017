package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;

/// What a CONNECT asks for, as far as the limits of its tenant allow, and how CONNACK says it.
///
/// - **Source:** MQTT 5 §3.1.2.10, §3.1.2.11, §3.2.2.3.
record Terms(Packet.Connect connect, TenantLimits limits) {

    /// How long the session outlives the connection, 0 to 4 294 967 295; the largest means for ever.
    long sessionExpirySeconds() {
        long wanted = connect.version().hasProperties()
                ? connect.properties().sessionExpirySeconds()
                : connect.cleanStart() ? 0 : 0xFFFF_FFFFL;
        return Math.min(wanted, limits.sessionExpirySecondsMax());
    }

    /// The keep alive that counts, 0 to 65 535; 0 = none.
    int keepAliveSeconds() {
        int wanted = connect.keepAliveSeconds();
        int most = limits.keepAliveSecondsMax();
        return most > 0 && connect.version().hasProperties() && (wanted == 0 || wanted > most) ? most : wanted;
    }

    /// What may be in flight to the client, 1 to 65 535.
    int receiveMaximum() {
        return Math.min(connect.properties().receiveMaximum(), limits.inFlightMax());
    }

    /// What CONNACK says of it; MQTT 3 has no words for that.
    ConnackProperties announced(Admission.As client) {
        if (!connect.version().hasProperties()) {
            return ConnackProperties.NONE;
        }
        TenantLimits.Features features = limits.features();
        long expiry = sessionExpirySeconds();
        int keepAlive = keepAliveSeconds();
        return new ConnackProperties(expiry == connect.properties().sessionExpirySeconds() ? -1 : expiry,
                limits.receiveMaximum() == 65_535 ? -1 : limits.receiveMaximum(),
                features.qosMax() == Qos.EXACTLY_ONCE ? null : features.qosMax(), features.retain(),
                limits.packetBytesMax(), client.assigned() ? client.clientId() : null, limits.topicAliasMaximum(), null,
                List.of(), features.wildcardSubscriptions(), features.subscriptionIds(),
                features.sharedSubscriptions(), keepAlive == connect.keepAliveSeconds() ? -1 : keepAlive,
                responseInformation(client), null, null, null);
    }

    /// Where this client may let answers be sent, if it asked [MQTT-3.1.2-28].
    private @Nullable String responseInformation(Admission.As client) {
        String prefix = limits.features().responseTopicPrefix();
        if (prefix == null || !connect.properties().requestResponseInformation()) {
            return null;
        }
        String user = connect.userName();
        return prefix.replace("%u", user == null ? "" : user).replace("%c", client.clientId());
    }
}
