package dev.gatehouse.mqtt;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// The properties of CONNACK, MQTT 5 §3.2.2.3. -1 and null mean: absent, the client's or the standard's value counts.
///
/// @param sessionExpirySeconds 0 to 4 294 967 295
/// @param receiveMaximum 1 to 65 535; -1 = absent (65 535)
/// @param maximumQos null = absent (2)
/// @param retainAvailable true is the default and not sent
/// @param maximumPacketSize bytes; -1 = absent, no limit
/// @param topicAliasMaximum 0 = none, not sent
/// @param wildcardSubscriptions true is the default and not sent
/// @param subscriptionIdentifiers true is the default and not sent
/// @param sharedSubscriptions true is the default and not sent
/// @param serverKeepAliveSeconds 0 to 65 535; -1 = absent
public record ConnackProperties(long sessionExpirySeconds, int receiveMaximum, @Nullable Qos maximumQos,
        boolean retainAvailable, long maximumPacketSize, @Nullable String assignedClientId, int topicAliasMaximum,
        @Nullable String reasonString, List<UserProperty> userProperties, boolean wildcardSubscriptions,
        boolean subscriptionIdentifiers, boolean sharedSubscriptions, int serverKeepAliveSeconds,
        @Nullable String responseInformation, @Nullable String serverReference,
        @Nullable String authenticationMethod, @Nullable Bytes authenticationData) {
    /// Nothing to say.
    public static final ConnackProperties NONE = new ConnackProperties(-1, -1, null, true, -1, null, 0, null,
            List.of(), true, true, true, -1, null, null, null, null);

    /// Nothing to say but a reason in words.
    public static ConnackProperties because(@Nullable String reasonString) {
        return reasonString == null
                ? NONE
                : new ConnackProperties(-1, -1, null, true, -1, null, 0, reasonString, List.of(), true, true, true,
                        -1, null, null, null, null);
    }
}
