package dev.gatehouse.mqtt;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// The properties of CONNECT, MQTT 5 §3.1.2.11.
///
/// @param sessionExpirySeconds 0 to 4 294 967 295; the largest means never (§3.1.2.11.2)
/// @param receiveMaximum 1 to 65 535 (§3.1.2.11.3)
/// @param maximumPacketSize 1 to 4 294 967 295 bytes; -1 = absent, no limit (§3.1.2.11.4)
/// @param topicAliasMaximum 0 to 65 535; 0 = none (§3.1.2.11.5)
/// @param requestResponseInformation §3.1.2.11.6
/// @param requestProblemInformation §3.1.2.11.7
/// @param authenticationMethod §3.1.2.11.9
/// @param authenticationData only with a method (§3.1.2.11.10)
public record ConnectProperties(long sessionExpirySeconds, int receiveMaximum, long maximumPacketSize,
        int topicAliasMaximum, boolean requestResponseInformation, boolean requestProblemInformation,
        @Nullable String authenticationMethod, @Nullable Bytes authenticationData,
        List<UserProperty> userProperties) {
    /// What an absent property means.
    public static final ConnectProperties NONE = new ConnectProperties(0, 65_535, -1, 0, false, true, null, null,
            List.of());
}
