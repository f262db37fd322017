package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

/// What can be said about a CONNECT before its session is looked up: which client id counts, or why it is refused.
public sealed interface Admission {
    /// The client id to use.
    ///
    /// @param assigned whether the broker chose it [MQTT-3.1.3-6]
    record As(String clientId, boolean assigned) implements Admission {}

    /// Not with this CONNECT.
    record Refused(Ending ending, ReasonCode reason, String detail) implements Admission {}

    /// @param unique a text that no other connection has, for an assigned client id
    static Admission of(Packet.Connect connect, TenantLimits limits, String unique) {
        String clientId = connect.clientId();
        if (clientId.isEmpty()) {
            boolean mayBeEmpty = switch (connect.version()) {
                case MQTT_3_1 -> false;
                case MQTT_3_1_1 -> connect.cleanStart();
                case MQTT_5 -> true;
            };
            if (!mayBeEmpty) {
                return new Refused(Ending.CLIENT_ID_EMPTY, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                        "the client id is empty and a session is to be kept under it");
            }
            return new As("gh-" + unique, true);
        }
        int bytes = clientId.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.clientIdBytesMax()) {
            return new Refused(Ending.CLIENT_ID_TOO_LONG, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "the client id has " + bytes + " bytes, the limit is " + limits.clientIdBytesMax());
        }
        return new As(clientId, false);
    }
}
